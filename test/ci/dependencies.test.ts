import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as z from 'zod';

const versions = z.record(z.string(), z.string());
const projectSchema = z.object({ dependencies: versions, devDependencies: versions });
const packageSchema = z.object({
  version: z.string(),
  license: z.string().optional(),
  /** How packages of before 2015 say it. */
  licenses: z.array(z.object({ type: z.string() })).default([]),
});

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

it('docs/dependencies.md lists each package of package.json with its version and licence, and no other', async () => {
  const { dependencies, devDependencies } = projectSchema.parse(await json('package.json'));
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  const expected = await Promise.all(
    names.map(async (name) => {
      const { version, license, licenses } = packageSchema.parse(await json(`node_modules/${name}/package.json`));
      return [name, version, license ?? licenses.map(({ type }) => type).join(', ')];
    }),
  );
  const page = await readFile('docs/dependencies.md', 'utf8');
  const listed = [...page.matchAll(/^\| ([^|]+) \| (\d[^|]*) \| \d{4}-\d\d \| ([^|]+) \|/gm)].map(
    ([, ...cells]) => cells,
  );
  expect(listed).toEqual(expected);
});
