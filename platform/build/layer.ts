import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { sha256 } from '../../lib/sha256.ts';
import { hasBlob, putBlob } from './blobs.ts';
import type { Program } from './bundle.ts';
import type { Dependency } from './dependencies.ts';
import type { Layer } from './manifest.ts';
import { type TarEntry, tar } from './tar.ts';

/** The folder of Jernverk's programs in an image. */
export const imageFolder = 'app';

/** Part of the cache key. Raise it when the content of a layer of dependencies changes for equal packages. */
const layerFormat = 2;

/** Files of packages that only people and compilers need. */
const notForImages = /\.(md|map|cc|h|gyp|d\.[cm]?ts)$/;

/** Returns the layer of the programs. It is small, so it is made every time. */
export async function programsLayer(projectRoot: string, title: string, programs: readonly Program[]): Promise<Layer> {
  const entries = programs.map(
    ({ name, code }): TarEntry => ({ kind: 'file', path: `${imageFolder}/${name}`, content: code }),
  );
  return keepLayer(projectRoot, title, entries);
}

/** Returns the layer of the native packages. It is made once per set of versions and then found by its key. */
export async function dependenciesLayer(projectRoot: string, packages: readonly Dependency[]): Promise<Layer> {
  const note = join(
    projectRoot,
    '.jernverk',
    'build',
    'layers',
    `${sha256(JSON.stringify([layerFormat, packages]))}.json`,
  );
  const known = await readNote(note);
  if (known !== null && (await hasBlob(projectRoot, known.digest, known.bytes))) return known;
  const entries = await Promise.all(packages.map(({ folder }) => entriesOf(projectRoot, folder)));
  const layer = await keepLayer(projectRoot, 'dependencies', entries.flat());
  await mkdir(join(note, '..'), { recursive: true });
  await writeFile(`${note}.${process.pid}.tmp`, JSON.stringify(layer));
  await rename(`${note}.${process.pid}.tmp`, note);
  return layer;
}

async function keepLayer(projectRoot: string, title: string, entries: readonly TarEntry[]): Promise<Layer> {
  const content = await tar(entries);
  return { digest: await putBlob(projectRoot, content), bytes: content.length, title };
}

const layerSchema = z.object({ digest: z.string(), bytes: z.number(), title: z.string() });

async function readNote(path: string): Promise<Layer | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : layerSchema.parse(JSON.parse(text));
}

/** Returns the files of a package without the packages nested in it. Those that are needed have their own entries. */
async function entriesOf(projectRoot: string, folder: string): Promise<readonly TarEntry[]> {
  const children = await readdir(join(projectRoot, folder), { withFileTypes: true });
  const entries = await Promise.all(
    children.map(async (child): Promise<readonly TarEntry[]> => {
      const path = `${folder}/${child.name}`;
      if (child.isDirectory()) return child.name === 'node_modules' ? [] : entriesOf(projectRoot, path);
      if (!child.isFile() || notForImages.test(child.name)) return [];
      const content = await readFile(join(projectRoot, path));
      return [
        { kind: 'file', path: `${imageFolder}/${path}`, content, executable: await isExecutable(projectRoot, path) },
      ];
    }),
  );
  return entries.flat();
}

const isExecutable = async (projectRoot: string, path: string): Promise<boolean> =>
  ((await stat(join(projectRoot, path))).mode & 0o100) !== 0;
