import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const packageSchema = z.object({
  version: z.string(),
  integrity: z.string().optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
type InstalledPackage = z.output<typeof packageSchema>;

/**
 * npm's own list of installed packages: https://docs.npmjs.com/cli/configuring-npm/package-lock-json (hidden
 * lockfiles).
 */
const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });
export type InstalledPackages = z.output<typeof lockSchema>['packages'];

/** One package for an image. */
export interface Dependency {
  /** Its folder below the project, for example `node_modules/sharp/node_modules/semver`. */
  readonly folder: string;
  readonly version: string;
  readonly integrity: string;
}

/** The platform of the base image: Debian on amd64. */
const platform = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

export async function readInstalledPackages(projectRoot: string): Promise<InstalledPackages> {
  const path = join(projectRoot, 'node_modules', '.package-lock.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error('no packages are installed: run npm ci', { cause: error });
  });
  return lockSchema.parse(JSON.parse(text)).packages;
}

/**
 * Returns the packages with everything that they need on the image's platform, sorted by folder. Pure. Throws if a
 * native part for the image's platform is not installed.
 */
export function dependenciesOf(names: readonly string[], installed: InstalledPackages): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  const visit = (name: string, from: string) => {
    const folder = resolve(name, from, installed);
    const entry = folder === null ? undefined : installed[folder];
    if (folder === null || entry === undefined) throw new Error(missing(name, from));
    if (found.has(folder)) return;
    found.set(folder, { folder, version: entry.version, integrity: entry.integrity ?? '' });
    for (const needed of neededBy(entry, folder, installed)) visit(needed, folder);
  };
  for (const name of names) visit(name, '');
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

function neededBy(entry: InstalledPackage, folder: string, installed: InstalledPackages): readonly string[] {
  const optional = Object.keys(entry.optionalDependencies).filter((name) => {
    if (name.endsWith(`-${platform.os}-${platform.cpu}`)) return true;
    const place = resolve(name, folder, installed);
    const candidate = place === null ? undefined : installed[place];
    return candidate !== undefined && suits(candidate);
  });
  const required = Object.keys(entry.dependencies).filter((name) => !(name in entry.optionalDependencies));
  return [...required, ...optional];
}

const suits = ({ os, cpu, libc }: InstalledPackage): boolean =>
  (os?.includes(platform.os) ?? true) &&
  (cpu?.includes(platform.cpu) ?? true) &&
  (libc?.includes(platform.libc) ?? true);

/** Searches as Node does: the package's own node_modules first, then that of each folder above. */
function resolve(name: string, from: string, installed: InstalledPackages): string | null {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (candidate in installed) return candidate;
    if (place === '') return null;
  }
}

const missing = (name: string, from: string): string =>
  `package ${name}${from === '' ? '' : `, needed by ${from}`}, is not installed for ${platform.os}-${platform.cpu}: ` +
  `npm install --os=${platform.os} --cpu=${platform.cpu} --libc=${platform.libc}`;
