import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { makeDirectoryDurably, writeDurably } from '../lib/durable-file.ts';
import { LabError } from './errors.ts';
import { labKinds } from './kind.ts';
import type { Place } from './place.ts';

/**
 * `honest`: a flush reaches the machine's disk. `lying`: flushes are ignored, as on the hosts of some providers.
 * `slow`: few writes per second, as on a cheap network disk.
 */
export const diskConducts = ['honest', 'lying', 'slow'] as const;
export type DiskConduct = (typeof diskConducts)[number];

const processId = z.strictObject({ pid: z.int(), startTicks: z.string() });

const hostState = z.strictObject({
  spec: z.strictObject({
    name: z.string(),
    debian: z.union([z.literal(12), z.literal(13)]),
    memoryBytes: z.number(),
    diskBytes: z.number(),
    cpus: z.number(),
  }),
  kind: z.enum(labKinds),
  /** "creating" after a crash means that the folder is half made. */
  phase: z.enum(['creating', 'made']),
  address: z.string(),
  port: z.number(),
  /** How the disk of a qemu host behaves. */
  disk: z.enum(diskConducts).default('honest'),
  /** Folder of the image that the host was made from. */
  image: z.string(),
  /** The process of the running host, as last started. */
  process: processId.nullable(),
});

/** The content of a host's `lab.json`. */
export type HostState = Readonly<z.output<typeof hostState>>;

/** What a client needs to reach a host. The content of `connection.json`. */
export interface Connection {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Absolute path of the private key. */
  readonly identity: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
}

const connection = z.strictObject({
  address: z.string(),
  port: z.number(),
  user: z.string(),
  identity: z.string(),
  hostKey: z.string(),
});

export const hostFolder = (place: Place, name: string): string => join(place.hosts, name);

/** Returns the path of the host's console log: messages of kernel and systemd. */
export const consoleLog = (folder: string): string => join(folder, 'console.log');

/** Writes a record of the lab as a whole file. Makes its folder if there is none. */
export async function writeRecord(path: string, text: string): Promise<void> {
  await makeDirectoryDurably(dirname(path));
  await writeDurably(path, text);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, path: string): T | null {
  const text = readText(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LabError(
      'LAB_HOST',
      `${path} was not written by this version: end the host and remove its folder`,
      cause,
    );
  }
}

export const readState = (folder: string): HostState | null => parse(hostState, join(folder, 'lab.json'));
export const readConnection = (folder: string): Connection | null => parse(connection, join(folder, 'connection.json'));

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const writeState = (folder: string, state: HostState): Promise<void> =>
  writeRecord(join(folder, 'lab.json'), json(state));
export const writeConnection = (folder: string, value: Connection): Promise<void> =>
  writeRecord(join(folder, 'connection.json'), json(value));

/** Returns the names of this lab's hosts, half-made ones included. */
export async function hostNames(place: Place): Promise<readonly string[]> {
  const entries = await readdir(place.hosts, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
