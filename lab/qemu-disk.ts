import { copyFile, link, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { run } from './run.ts';

/**
 * Returns a host's ext4 file system as first made. Nothing writes to it later: the disk and the snapshots are layers on
 * it.
 */
export const baseDisk = (folder: string): string => join(folder, 'base.img');
/** Returns the disk that the host writes to: a qcow2 file with only the differences from the layer below. */
export const liveDisk = (folder: string): string => join(folder, 'disk.qcow2');
/** `net.ifnames=0` on the kernel's command line keeps the name eth0. */
export const qemuNetworkdFile = '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n';

/** The name server of qemu's user networking. It asks the machine's own name servers. */
export const qemuResolver = 'nameserver 10.0.2.3\n';

export const qemuFstab = '/dev/vda / ext4 errors=remount-ro 0 1\n';

/**
 * Returns a TCP port on loopback that was free a moment ago. If something takes it in between, qemu refuses to start.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}

async function findBoot(root: string, prefix: string): Promise<string> {
  const names = (await readdir(join(root, 'boot'))).filter((name) => name.startsWith(prefix)).sort();
  const newest = names.at(-1);
  if (newest === undefined)
    throw new LabError('LAB_MACHINE', `the image has no /boot/${prefix}*: remove .jernverk/images`);
  return join(root, 'boot', newest);
}

/**
 * Takes kernel and initrd out of the root: qemu loads them itself, without a boot loader. They are hard links, so each
 * host's copy costs little.
 */
async function takeKernel(folder: string, root: string): Promise<void> {
  for (const [prefix, name] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd'],
  ] as const) {
    const from = await findBoot(root, prefix);
    await link(from, join(folder, name)).catch(() => copyFile(from, join(folder, name)));
  }
}

/** Puts an empty layer on `backing`, as the new live disk. */
export async function layOn(folder: string, backing: string, format: 'raw' | 'qcow2'): Promise<void> {
  await rm(liveDisk(folder), { force: true });
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', backing, '-F', format, liveDisk(folder)]);
}

/** Turns the root directory into the host's disk without mounting anything, and removes the directory. */
export async function createQemuDisk(folder: string, root: string, bytes: number): Promise<void> {
  await takeKernel(folder, root);
  const base = baseDisk(folder);
  await run('mke2fs', ['-q', '-t', 'ext4', '-L', 'root', '-d', root, base, `${Math.floor(bytes / 1024)}k`], {
    timeoutMs: 10 * 60_000,
  });
  await rm(root, { recursive: true, force: true });
  await layOn(folder, base, 'raw');
}
