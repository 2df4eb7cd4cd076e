import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { apply } from '../../../provision/engine/apply.ts';
import type { ApplyEvent } from '../../../provision/engine/events.ts';
import type { TopicWanted } from '../../../provision/engine/gather.ts';
import { stays } from '../../../provision/engine/kind.ts';
import { notice, value } from '../../../provision/engine/setting.ts';
import type { Step } from '../../../provision/engine/step.ts';
import type { ApplyContext } from '../../../provision/engine/take-steps.ts';
import type { Topic, TopicName } from '../../../provision/engine/topic.ts';
import { LocalHost } from '../../support/local-host.ts';

let folder = '';
let host = new LocalHost();
let events: ApplyEvent[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jernverk-apply-'));
  host = new LocalHost();
  events = [];
});

const context = (): ApplyContext => ({
  host,
  reconnect: () => Promise.resolve(new LocalHost()),
  openBlob: () => Readable.from([]),
  emit: (event) => events.push(event),
});

/** A topic whose only setting is the text of one file in the test's folder. */
function topicOf(name: TopicName, steps?: (text: string) => Step[]): Topic {
  const path = join(folder, name);
  const key = `text/${name}`;
  return {
    name,
    desired: () => new Map(),
    kinds: [
      {
        prefixes: ['text'],
        facts: (keys) => [
          {
            keys,
            command: sh`[ ! -e ${path} ] || cat ${path}`,
            parse: (output) => (output === '' ? new Map() : new Map([[key, value(output)]])),
          },
        ],
      },
    ],
    steps: (changes) =>
      changes.flatMap(({ to }): Step[] =>
        to === null
          ? [{ kind: 'run', title: `remove ${name}`, command: sh`rm ${path}` }]
          : (steps?.(to) ?? [{ kind: 'run', title: `write ${name}`, command: sh`printf %s ${to} > ${path}` }]),
      ),
  };
}

const wants = (topic: Topic, text: string): TopicWanted => ({ topic, wanted: new Map([[`text/${topic.name}`, text]]) });
const states = (outcomes: readonly { topic: string; state: string }[]) =>
  Object.fromEntries(outcomes.map(({ topic, state }) => [topic, state]));

describe('apply', () => {
  it('changes what differs, verifies it, and the second run changes nothing', async () => {
    const topics = [wants(topicOf('packages'), 'a'), wants(topicOf('kernel'), 'b')];
    expect(states(await apply(context(), topics))).toEqual({ packages: 'changed', kernel: 'changed' });
    host.ran.length = 0;
    expect(states(await apply(context(), topics))).toEqual({ packages: 'unchanged', kernel: 'unchanged' });
    expect(host.ran).toEqual([]);
  });

  it('asks everything in one round trip, and once more after each topic that changed', async () => {
    writeFileSync(join(folder, 'packages'), 'a');
    await apply(context(), [
      wants(topicOf('packages'), 'a'),
      wants(topicOf('kernel'), 'b'),
      wants(topicOf('docker'), 'c'),
    ]);
    expect(host.captures).toBe(3);
  });

  it('what comes to light by the steps is put right by the same run', async () => {
    const path = join(folder, 'behind');
    const daemon = topicOf('broker', (text) => [
      {
        kind: 'run',
        title: 'start',
        command: sh`printf %s ${text} > ${join(folder, 'broker')}; echo left > ${path}`,
      },
    ]);
    const topic: Topic = {
      ...daemon,
      kinds: [
        ...daemon.kinds,
        {
          prefixes: ['left', 'jobs'],
          facts: () => [
            {
              keys: ['left/over', 'jobs/wait'],
              command: sh`cat ${path} 2>/dev/null || :`,
              parse: (output) =>
                new Map(output === '' ? [['jobs/wait', notice('3 jobs wait')]] : [['left/over', value(output)]]),
            },
          ],
        },
      ],
      steps: (changes, wanted) =>
        changes.some(({ key }) => key === 'left/over')
          ? [{ kind: 'run', title: 'remove what is left over', command: sh`rm ${path}` }]
          : daemon.steps(changes, wanted),
    };
    const outcomes = await apply(context(), [wants(topic, 'on')]);
    expect(states(outcomes)).toEqual({ broker: 'changed' });
    expect(outcomes[0]?.diff.changes.map(({ key }) => key)).toEqual(['text/broker', 'left/over']);
    expect(outcomes[0]?.diff.notices).toEqual([{ key: 'jobs/wait', reason: '3 jobs wait' }]);
    expect(existsSync(path)).toBe(false);
  });

  it('stops at the first topic that fails; later ones are not reached and say so', async () => {
    const broken = topicOf('kernel', () => [
      { kind: 'run', title: 'write it', command: raw('echo no space >&2; exit 1') },
    ]);
    const outcomes = await apply(context(), [
      wants(topicOf('packages'), 'a'),
      wants(broken, 'b'),
      wants(topicOf('docker'), 'c'),
    ]);
    expect(states(outcomes)).toEqual({ packages: 'changed', kernel: 'failed', docker: 'not reached' });
    expect(outcomes[1]?.error).toMatch(/^write it: .*no space/);
    expect(existsSync(join(folder, 'docker'))).toBe(false);
  });

  it('fails a topic whose steps ran without the wanted effect', async () => {
    const idle = topicOf('kernel', () => [{ kind: 'run', title: 'do nothing', command: raw('true') }]);
    const [outcome] = await apply(context(), [wants(idle, 'b')]);
    expect(outcome?.error).toBe('the steps ran, but the host still differs: text/kernel is null, wanted "b"');
  });

  it('changes nothing of a topic where a read failed, and tells the reason', async () => {
    const unreadable: Topic = {
      ...topicOf('kernel'),
      kinds: [
        {
          prefixes: ['text'],
          facts: (keys) => [{ keys, command: raw('echo permission denied >&2; exit 1'), parse: () => new Map() }],
        },
      ],
    };
    const [outcome] = await apply(context(), [wants(unreadable, 'b')]);
    expect(outcome?.error).toBe(
      'some settings could not be read, so nothing was changed: text/kernel: permission denied',
    );
    expect(host.ran).toEqual([]);
  });

  it('takes away what is known and no longer wanted', async () => {
    writeFileSync(join(folder, 'kernel'), 'old');
    const [outcome] = await apply(context(), [{ topic: topicOf('kernel'), wanted: new Map(), known: ['text/kernel'] }]);
    expect(outcome?.state).toBe('changed');
    expect(existsSync(join(folder, 'kernel'))).toBe(false);
  });

  it('fails a topic where something stays that should be gone, unless it is of a kind that may stay', async () => {
    writeFileSync(join(folder, 'kernel'), 'old');
    const idle: Topic = {
      ...topicOf('kernel'),
      steps: () => [{ kind: 'run', title: 'do nothing', command: raw('true') }],
    };
    const gone = { wanted: new Map(), known: ['text/kernel'] };
    const [failed] = await apply(context(), [{ topic: idle, ...gone }]);
    expect(failed?.error).toBe('the steps ran, but the host still differs: text/kernel is "old", wanted null');
    const [kept] = await apply(context(), [
      { topic: { ...idle, kinds: idle.kinds.map((kind) => ({ ...kind, mayStay: stays })) }, ...gone },
    ]);
    expect(kept?.state).toBe('changed');
  });

  it('writes files that follow each other in one round trip', async () => {
    const owner = `${process.getuid?.()}:${process.getgid?.()}`;
    const write = (name: string, content: string): Step => ({
      kind: 'write',
      path: join(folder, name),
      content,
      mode: '0600',
      owner,
    });
    const topic = topicOf('kernel', (text) => [write('other', 'x'), write('kernel', text)]);
    await apply(context(), [wants(topic, 'b')]);
    expect(host.ran).toHaveLength(1);
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('x');
  });

  it('tells what runs, in order', async () => {
    await apply(context(), [wants(topicOf('kernel'), 'b')]);
    expect(events.map((event) => event.kind)).toEqual([
      'topic started',
      'step started',
      'step finished',
      'topic finished',
    ]);
  });
});
