import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';

const documents = ['README.md', ...(await readdir(join(projectRoot, 'docs'))).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

/** Targets of links within the project, pictures, and paths in code spans; patterns such as `provision/<topic>/` are no paths. */
function pathsIn(document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => join(dirname(document), link));
  const pictures = [...text.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, file = '']) =>
    join(dirname(document), file),
  );
  const spans = [...text.matchAll(/`((?:provision|workers|stacks|lab|scripts|test|docs)\/[\w./-]+)`/g)];
  // What a tutorial has its reader write: the line before a block ends with its path.
  const written = new Set([...text.matchAll(/`([^`]+)`:\n\n```/g)].map(([, path = '']) => path));
  return [...links, ...pictures, ...spans.map(([, path = '']) => path).filter((path) => !written.has(path))];
}

const missing = async (path: string): Promise<boolean> =>
  access(resolve(projectRoot, path)).then(
    () => false,
    () => true,
  );

describe('the documents', () => {
  it.each(documents)('%s names only files and folders that exist', async (document) => {
    const paths = pathsIn(document, await readFile(join(projectRoot, document), 'utf8'));
    const gone = await Promise.all(paths.map(async (path) => ((await missing(path)) ? [path] : [])));
    expect(gone.flat()).toEqual([]);
  });
});
