import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** The lines of a document that somebody copies into a terminal: fenced or indented, and commands of ours. */
const commandsIn = (text: string): string[] =>
  text.split('\n').filter((line) => /^ *(\.\/jernverk|npx) /.test(line) || /`\.\/jernverk [^`]*`/.test(line));

/** Words that name a file of the project: a relative path, or a name with the ending of a file. */
const filesIn = (command: string): string[] =>
  command
    .trim()
    .replace(/( #| {2}).*/, '')
    .split(/[\s`]+/)
    .filter((word) => /^[\w-][\w./-]*(\/[\w.-]+|\.(jpg|json|yaml|webp))$/.test(word) && !/^[A-Z]+$/.test(word));

it('the commands in README, help and documents name files that are there', async () => {
  const docs = (await readdir('docs')).filter((name) => name.endsWith('.md'));
  const documents = ['README.md', ...docs.map((name) => join('docs', name)), 'cli/main.ts'];
  const found = await Promise.all(
    documents.map(async (document) =>
      commandsIn(await readFile(document, 'utf8'))
        .flatMap(filesIn)
        .map((file) => ({ document, file, exists: existsSync(file) })),
    ),
  );
  const named = found.flat();
  expect(named).toContainEqual({ document: 'README.md', file: 'workers/image-resizer/smoke.jpg', exists: true });
  expect(named.filter(({ exists }) => !exists)).toEqual([]);
});
