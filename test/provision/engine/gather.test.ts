import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, raw } from '../../../lib/shell.ts';
import { askScript, gather, parseAnswers, readFact, type TopicWanted } from '../../../provision/engine/gather.ts';
import type { Fact, Kind } from '../../../provision/engine/kind.ts';
import { absent, unknown, value } from '../../../provision/engine/setting.ts';
import type { TopicName } from '../../../provision/engine/topic.ts';

const boundary = '==b0undary';

/** Through a pipe, as an SSH server reads it: long writes to one may mix. */
const askHere = (...scripts: string[]) => {
  const script = askScript(scripts.map(raw), boundary).script;
  return parseAnswers(
    execFileSync('sh', ['-c', 'sh -eu | cat'], { input: script, encoding: 'utf8' }),
    scripts.length,
    boundary,
  );
};

describe('one script asks everything', () => {
  it('keeps output, exit code and standard error of each question apart', () => {
    expect(askHere('echo one', 'echo two; echo lost >&2; exit 3', 'true')).toEqual([
      { exitCode: 0, stdout: 'one\n', stderr: '' },
      { exitCode: 3, stdout: 'two\n', stderr: 'lost' },
      { exitCode: 0, stdout: '', stderr: '' },
    ]);
  });

  it('keeps text without a final newline, blank lines and quotes as they are', () => {
    const [answer] = askHere(`printf '%s' "a\n\nit's \\"so\\""`);
    expect(answer?.stdout).toBe(`a\n\nit's "so"`);
  });

  it('gives a question that reads its input nothing, not the rest of the script', () => {
    expect(askHere('cat', 'echo still here').map((answer) => answer.stdout)).toEqual(['', 'still here\n']);
  });

  it('goes on after a question that ends the shell or sets options', () => {
    expect(askHere('set -e; false; echo never', 'false; echo reached').map((answer) => answer.exitCode)).toEqual([
      1, 0,
    ]);
  });

  it('asks side by side, so that one slow daemon does not hold up the others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-gather-'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const [first] = askHere(`timeout 10 cat ${folder}/pipe`, `timeout 10 sh -c "echo met > ${folder}/pipe"`);
    rmSync(folder, { recursive: true });
    expect(first?.stdout).toBe('met\n');
  });

  it('keeps long answers that come at the same time apart', () => {
    const letters = [...'abcdefghij'];
    const answers = askHere(...letters.map((letter) => `head -c 90000 /dev/zero | tr '\\0' ${letter}`));
    expect(answers.map(({ stdout }) => stdout)).toEqual(letters.map((letter) => letter.repeat(90_000)));
  });

  it('has a failed answer for a question that was not answered, and keeps the others', () => {
    const missing = {
      exitCode: 1,
      stdout: '',
      stderr: 'the host did not answer this question in time, or its output was too long',
    };
    const output = `${boundary} begin 1\nyes\n\n${boundary} end 0 \n${boundary} begin 0\nhalf of i`;
    expect(parseAnswers(output, 2, boundary)).toEqual([missing, { exitCode: 0, stdout: 'yes\n', stderr: '' }]);
    expect(parseAnswers('half of it', 1, boundary)).toEqual([missing]);
  });

  it('takes the first answer to a question, and none to a question that was not asked', () => {
    const say = (index: string, text: string) => `${boundary} begin ${index}\n${text}\n${boundary} end 0 \n`;
    const output = `${say('0', 'first')}${say('0', 'second')}${say('7', 'x')}${say('-1', 'x')}${say('length', 'x')}`;
    expect(parseAnswers(output, 1, boundary).map(({ stdout }) => stdout)).toEqual(['first']);
  });

  it('reads an answer full of beginnings without an end in one go', () => {
    const beginnings = `${boundary} begin 0\n`.repeat(200_000);
    expect(parseAnswers(beginnings, 1, boundary)).toMatchObject([{ exitCode: 1 }]);
  });

  it('says of an answer that is too long only that, and has the others', () => {
    const script = askScript([raw('head -c 5000 /dev/zero | tr "\\0" x'), raw('echo fine')], boundary, 4000).script;
    const output = execFileSync('sh', ['-eu'], { input: script, encoding: 'utf8' });
    expect(parseAnswers(output, 2, boundary)).toEqual([
      { exitCode: 1, stdout: '', stderr: 'the answer has more than 4000 characters' },
      { exitCode: 0, stdout: 'fine\n', stderr: '' },
    ]);
  });
});

describe('a fact becomes readings', () => {
  const fact: Fact = {
    keys: ['size/a', 'size/b'],
    command: raw(''),
    parse: (output) => {
      if (output === 'garbage') throw new Error('not a number');
      return new Map([['size/a', value(output)]]);
    },
  };

  it('reads values; a key that the answer says nothing of is absent', () => {
    expect(readFact(fact, { exitCode: 0, stdout: '1', stderr: '' }).get('size/b')).toEqual(absent);
    expect(readFact(fact, { exitCode: 0, stdout: '1', stderr: '' }).get('size/a')).toEqual(value('1'));
  });

  it('makes every key unknown, never absent, where the command failed', () => {
    const readings = readFact(fact, { exitCode: 1, stdout: '', stderr: 'permission denied' });
    expect([...readings.values()]).toEqual([unknown('permission denied'), unknown('permission denied')]);
  });

  it('makes every key unknown where the answer cannot be read', () => {
    const readings = readFact(fact, { exitCode: 0, stdout: 'garbage', stderr: '' });
    expect(readings.get('size/b')).toEqual(unknown('could not read the answer: not a number'));
  });
});

describe('topics that are gathered together', () => {
  const kindOfFacts = (prefix: string, reads?: Kind['reads']): Kind => ({
    prefixes: [prefix],
    facts: (keys) => {
      const own = keys.filter((key) => key.startsWith(`${prefix}/`));
      const command = raw(`echo ${prefix} >> "$log"; echo ${own.join(' ')}`);
      const parse = (output: string) =>
        new Map(
          output
            .trim()
            .split(' ')
            .map((key) => [key, value('here')] as const),
        );
      return own.length === 0 ? [] : [{ keys: own, command, parse }];
    },
    ...(reads === undefined ? {} : { reads }),
  });
  const topic = (name: TopicName, kinds: readonly Kind[], ...keys: readonly string[]): TopicWanted => ({
    topic: { name, kinds, desired: () => new Map(), steps: () => [] },
    wanted: new Map(keys.map((key) => [key, 'wanted'])),
  });

  async function gatherHere(...topics: readonly TopicWanted[]) {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-gather-'));
    const log = join(folder, 'log');
    const host = {
      name: 'here',
      capture: async ({ script }: Command) =>
        execFileSync('sh', ['-eu'], { input: script, encoding: 'utf8', env: { ...process.env, log } }),
    };
    const readings = await gather(host, topics);
    const asked = readFileSync(log, 'utf8').trim().split('\n').sort();
    rmSync(folder, { recursive: true });
    return { asked, readings: Object.fromEntries([...readings].map(([name, found]) => [name, [...found.keys()]])) };
  }

  it('ask once for a kind that reads only its keys, and each gets its own', async () => {
    const shared = kindOfFacts('shared', 'only its keys');
    const found = await gatherHere(
      topic('kernel', [shared], 'shared/a', 'shared/both'),
      topic('docker', [shared], 'shared/b', 'shared/both'),
    );
    expect(found.asked).toEqual(['shared']);
    expect(found.readings).toEqual({ kernel: ['shared/a', 'shared/both'], docker: ['shared/both', 'shared/b'] });
  });

  it('ask each for itself for a kind that may find more, and once if the question is the same', async () => {
    const own = kindOfFacts('own');
    const differently = await gatherHere(topic('kernel', [own], 'own/a'), topic('docker', [own], 'own/b'));
    expect(differently.asked).toEqual(['own', 'own']);
    expect(differently.readings).toEqual({ kernel: ['own/a'], docker: ['own/b'] });
    const alike = await gatherHere(topic('kernel', [own], 'own/a'), topic('docker', [own], 'own/a'));
    expect(alike.asked).toEqual(['own']);
    expect(alike.readings).toEqual({ kernel: ['own/a'], docker: ['own/a'] });
  });
});
