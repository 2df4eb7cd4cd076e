import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const packageSchema = z.object({
  resolved: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });

describe('package-lock.json', async () => {
  const { packages } = lockSchema.parse(JSON.parse(await readFile('package-lock.json', 'utf8')));

  /** npm leaves out what it could not find at a registry, and `npm ci` then refuses the whole file. */
  it('has an entry for every optional dependency, of other platforms too', () => {
    const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter((name) => {
        const folders = folder.split('/node_modules/').map((_part, index, all) => all.slice(0, index + 1));
        const places = ['', ...folders.map((parts) => `${parts.join('/node_modules/')}/`)];
        return !places.some((place) => `${place}node_modules/${name}` in packages);
      }),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry but the public one', () => {
    const addresses = Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
    expect(addresses.filter((address) => !address.startsWith('https://registry.npmjs.org/'))).toEqual([]);
  });
});
