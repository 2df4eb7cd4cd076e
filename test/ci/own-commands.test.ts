import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sources } from './sources.ts';

/** Help, schema, and text that nobody sees while an environment is chosen or that names it already. */
const withoutEnvironment = [
  'benchmarks/budgets/',
  'cli/main.ts',
  'provision/environment/',
  'lib/own-command.ts',
  'provision/terraform/handshake.ts',
  'provision/terraform/install.ts',
  'stacks/proof-stack.ts',
];

/** What a file has that puts the environment into each of our commands: all our errors, what is said after Ctrl-C, or the function itself. */
const puts =
  /\b(JernverkError|InputError|HostError|OperationError|LabError|NotMeasured|withEnvironment|Judgement|afterInterrupt)\b|Check\b/;

const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*)/.test(line);

const all = sources.filter((file) => !file.startsWith('scripts/'));
const lines: ReadonlyMap<string, readonly string[]> = new Map(
  await Promise.all(
    all.map(async (file): Promise<[string, string[]]> => [file, (await readFile(file, 'utf8')).split('\n')]),
  ),
);

it('a command that somebody is told to run begins with ./jernverk, so that the environment can be put into it', async () => {
  const told = /(\brun|\blet|\bwith|\bor|\bkjør|\bmed|:) jernverk [a-z]/;
  const found = [...lines].flatMap(([file, text]) =>
    text.flatMap((line, index) =>
      told.test(line) && !isComment(line) && !line.includes('.describe(')
        ? [`${file}:${index + 1} ${line.trim()}`]
        : [],
    ),
  );
  expect(found.filter((line) => !line.startsWith('benchmarks/report/'))).toEqual([]);
});

it('such a command stands where the environment is put into it', async () => {
  const found = [...lines].flatMap(([file, text]) => {
    const commands = text.filter((line) => /\.\/jernverk [a-z]/.test(line) && !isComment(line));
    const knows = withoutEnvironment.some((path) => file.startsWith(path)) || text.some((line) => puts.test(line));
    return commands.length === 0 || knows ? [] : [`${file}: ${commands.join(' ').trim()}`];
  });
  expect(found).toEqual([]);
});
