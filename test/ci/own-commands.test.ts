import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folders = ['audit', 'benchmarks', 'lab', 'provision', 'stacks', 'workers'];

/** Help, schema, and text that nobody sees while an environment is chosen or that names it already. */
const withoutEnvironment = [
  'benchmarks/budgets/',
  'provision/cli/main.ts',
  'provision/environment.ts',
  'provision/environment/',
  'provision/own-command.ts',
  'provision/terraform/handshake.ts',
  'provision/terraform/install.ts',
  'stacks/proof-stack.ts',
];

/** What a file has that puts the environment into each of our commands: all our errors, what is said after Ctrl-C, or the function itself. */
const puts =
  /\b(JernverkError|InputError|HostError|OperationError|LabError|NotMeasured|withEnvironment|Verdict|afterInterrupt)\b|Check\b/;

const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*)/.test(line);

async function sources(): Promise<Map<string, string[]>> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder, { recursive: true });
      return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
    }),
  );
  const read = async (file: string): Promise<[string, string[]]> => [file, (await readFile(file, 'utf8')).split('\n')];
  return new Map(await Promise.all(found.flat().map(read)));
}

it('a command that somebody is told to run begins with ./jernverk, so that the environment can be put into it', async () => {
  const told = /(\brun|\blet|\bwith|\bor|\bkjør|\bmed|:) jernverk [a-z]/;
  const found = [...(await sources())].flatMap(([file, lines]) =>
    lines.flatMap((line, index) =>
      told.test(line) && !isComment(line) && !line.includes('.describe(')
        ? [`${file}:${index + 1} ${line.trim()}`]
        : [],
    ),
  );
  expect(found.filter((line) => !line.startsWith('benchmarks/report/'))).toEqual([]);
});

it('such a command stands where the environment is put into it', async () => {
  const found = [...(await sources())].flatMap(([file, lines]) => {
    const commands = lines.filter((line) => /\.\/jernverk [a-z]/.test(line) && !isComment(line));
    const knows = withoutEnvironment.some((path) => file.startsWith(path)) || lines.some((line) => puts.test(line));
    return commands.length === 0 || knows ? [] : [`${file}: ${commands.join(' ').trim()}`];
  });
  expect(found).toEqual([]);
});
