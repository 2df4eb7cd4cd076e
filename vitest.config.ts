import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** File endings that are imported as text, as esbuild's text loader does it in the bundles. */
const textFiles: readonly string[] = JSON.parse(readFileSync('scripts/text-files.json', 'utf8'));

const templates: Plugin = {
  name: 'templates',
  enforce: 'pre',
  async load(id) {
    if (!textFiles.some((ending) => id.endsWith(`.${ending}`))) return null;
    return `export default ${JSON.stringify(await readFile(id, 'utf8'))};`;
  },
};

/** Hosts of the lab are one resource for all files, so such tests run one after the other and may take their time. */
const onHosts = { fileParallelism: false, maxWorkers: 1 };
const minutes = (n: number): number => n * 60_000;

export default defineConfig({
  plugins: [templates],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/lab/**', 'test/long/**', 'test/vm/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: minutes(2),
          hookTimeout: minutes(2),
        },
      },
      {
        extends: true,
        test: {
          ...onHosts,
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: minutes(5),
          hookTimeout: minutes(10),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...onHosts,
          name: 'vm',
          include: ['test/vm/**/*.test.ts'],
          testTimeout: minutes(20),
          hookTimeout: minutes(25),
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          ...onHosts,
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          testTimeout: minutes(60),
          hookTimeout: minutes(60),
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
