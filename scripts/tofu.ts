import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Archive name → hex SHA-256. */
export type Pins = ReadonlyMap<string, string>;

/** Reads the format of sha256sum: digest, two spaces, name. */
export const parsePins = (text: string): Pins =>
  new Map([...text.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)].map(([, digest = '', name = '']) => [name, digest]));

export interface TofuInstall {
  readonly pins: Pins;
  /** Base address. The files are at `v<version>/<archive>` below it. */
  readonly releases: string;
  /** The name that Node uses. */
  readonly architecture: string;
  /** Path of the installed program. */
  readonly target: string;
}

const goNames: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Milliseconds without data after which the network counts as broken. */
const patienceMs = 30_000;

/**
 * Fetches and checks the archive, and unpacks it only then. The program appears at its path whole or not at all. Throws
 * if there is no pin for this machine, the network does not deliver the file, or its digest is different.
 */
export async function installTofu({ pins, releases, architecture, target }: TofuInstall): Promise<void> {
  const ending = `_linux_${goNames[architecture]}.tar.gz`;
  const pin = [...pins].find(([name]) => name.endsWith(ending));
  if (pin === undefined) throw new Error(`there is no pinned OpenTofu for a ${architecture} machine`);
  const [archive, digest] = pin;
  const version = archive.slice('tofu_'.length, -ending.length);
  const content = await fetchFile(`${releases.replace(/\/$/, '')}/v${version}/${archive}`);
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== digest) {
    throw new Error(`${archive} is refused: its SHA-256 is ${found}, expected ${digest}. Nothing was installed`);
  }
  await unpack(content, target);
}

async function fetchFile(address: string): Promise<Uint8Array> {
  const silence = new AbortController();
  const expire = (): void => silence.abort(new Error(`no answer within ${patienceMs / 1000} s`));
  let timer = setTimeout(expire, patienceMs);
  try {
    const response = await fetch(address, { signal: silence.signal });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const parts: Uint8Array[] = [];
    for await (const part of response.body) {
      parts.push(part);
      clearTimeout(timer);
      timer = setTimeout(expire, patienceMs);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    throw new Error(`cannot fetch ${address}: ${reasonOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says only "fetch failed". The reason is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

async function unpack(archive: Uint8Array, target: string): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, 'new-'));
  try {
    const file = join(scratch, 'archive.tar.gz');
    await writeFile(file, archive);
    await promisify(execFile)('tar', ['-xzf', file, '-C', scratch, '--no-same-owner', 'tofu']);
    await chmod(join(scratch, 'tofu'), 0o755);
    await rename(join(scratch, 'tofu'), target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
