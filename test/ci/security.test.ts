import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';

/** Each `file` › title of docs/security.md: a promise is worth the test that shows it. */
const cited = [
  ...(await readFile(join(projectRoot, 'docs/security.md'), 'utf8'))
    .replaceAll(/\s+/g, ' ')
    .matchAll(/`(test\/[\w./-]+)` › ([^|).]+)/g),
].map(([, file = '', title = '']) => [file, title.trim()] as const);

it('docs/security.md names tests', () => expect(cited.length).toBeGreaterThan(30));

it.each(cited)('%s has the test “%s”', async (file, title) => {
  expect(await readFile(join(projectRoot, file), 'utf8')).toContain(title);
});
