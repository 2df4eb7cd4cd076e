import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lib/machine-lock.ts';
import { type AptAccess, readAptAccess, sourcesList } from './apt.ts';
import { LabError } from './errors.ts';
import type { LabKind } from './kind.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';
import { type Suite, suites } from './spec.ts';

/** The input of an image. The hash of it is part of the image's name, so a changed recipe gives a new image. */
export interface Recipe {
  readonly suite: Suite;
  readonly kind: LabKind;
  readonly packages: readonly string[];
  readonly access: AptAccess;
  /** Shell commands of mmdebstrap's customize hook; `$1` is the root directory. */
  readonly customize: readonly string[];
}

/**
 * Less than any cloud image has: no Python, no Node, no curl. If something works here, it works on a bare server. sudo
 * is included because cloud images have a login user with sudo.
 */
const basePackages = ['systemd', 'systemd-sysv', 'udev', 'dbus', 'openssh-server', 'iproute2', 'sudo'];
const kernelPackages = ['linux-image-cloud-amd64', 'initramfs-tools'];

/**
 * Debian's own daily apt run could take the dpkg lock at any time, so it is off. Keys and identity must be each host's
 * own, so the image has none.
 */
const customizeAll = [
  'chroot "$1" systemctl enable systemd-networkd.service ssh.service',
  'chroot "$1" systemctl mask apt-daily.timer apt-daily-upgrade.timer systemd-networkd-wait-online.service',
  'chroot "$1" useradd --create-home --shell /bin/bash --groups sudo admin',
  'echo "admin ALL=(ALL:ALL) NOPASSWD: ALL" >"$1/etc/sudoers.d/90-admin" && chmod 0440 "$1/etc/sudoers.d/90-admin"',
  'rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/resolv.conf" "$1/etc/hostname"',
  ': >"$1/etc/machine-id"',
];

/**
 * Containers never lose power, so dpkg need not wait for the disk, and apt takes a third less time. Virtual machines do
 * lose power, so their dpkg stays as Debian ships it.
 */
const customizeNspawn = ['echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/lab"'];

/**
 * qemu gets kernel and initrd from the image (see qemu-disk.ts), so the initrd on the disk is never read. Making it
 * again after a package took a minute and a half without KVM.
 */
const customizeQemu = ['echo update_initramfs=no >"$1/etc/initramfs-tools/update-initramfs.conf"'];

export function recipeFor(debian: 12 | 13, kind: LabKind, access: AptAccess): Recipe {
  const packages = kind === 'qemu' ? [...basePackages, ...kernelPackages] : basePackages;
  const customize = [...customizeAll, ...(kind === 'qemu' ? customizeQemu : customizeNspawn)];
  return { suite: suites[debian], kind, packages, access, customize };
}

export function imageName(recipe: Recipe): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  return `${recipe.suite}-${recipe.kind}-${hash}`;
}

/** Returns the arguments for mmdebstrap, which reads the apt sources from standard input. */
export function mmdebstrapArguments(recipe: Recipe, target: string): readonly string[] {
  const options = ['Acquire::Languages "none"', ...recipe.access.configuration.map((line) => line.replace(/;$/, ''))];
  return [
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    '--quiet',
    `--include=${recipe.packages.join(',')}`,
    ...options.map((option) => `--aptopt=${option}`),
    ...recipe.customize.map((command) => `--customize-hook=${command}`),
    recipe.suite,
    target,
    '-',
  ];
}

function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new LabError('LAB_MACHINE', 'making a lab host needs root, since its files belong to root: run this as root');
}

async function build(recipe: Recipe, images: string, name: string): Promise<void> {
  await mkdir(images, { recursive: true });
  // Each attempt has a name of its own, because the mmdebstrap of a run that was killed may still write to the earlier
  // one.
  const partial = await mkdtemp(join(images, `${name}.partial-`));
  await run('mmdebstrap', mmdebstrapArguments(recipe, join(partial, 'root')), {
    input: sourcesList(recipe.suite, recipe.access),
    timeoutMs: 15 * 60_000,
  });
  await writeFile(join(partial, 'recipe.json'), `${JSON.stringify(recipe, null, 2)}\n`);
  await rename(partial, join(images, name));
}

/**
 * Removes older images of the same suite and kind, whose recipe is no longer current, and builds that did not finish.
 */
async function removeOutdated(images: string, current: string): Promise<void> {
  const family = current.slice(0, current.lastIndexOf('-') + 1);
  const outdated = (await readdir(images)).filter((name) => name.startsWith(family) && name !== current);
  // A folder that is still written to is removed next time.
  await Promise.allSettled(outdated.map((name) => removeImage(join(images, name))));
}

/**
 * Removes an image. A build that was killed leaves this machine's own /dev, /proc and /sys mounted below the folder;
 * they must not be entered.
 */
export async function removeImage(image: string): Promise<void> {
  const folder = await realpath(image);
  const below = async (): Promise<readonly string[]> =>
    (await run('findmnt', ['--raw', '--noheadings', '--output', 'TARGET']))
      .split('\n')
      .map((path) => path.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))))
      .filter((path) => path.startsWith(`${folder}/`));
  // To unmount a shared mount would unmount the original, too.
  const mounts = await below();
  for (const mount of mounts) await run('mount', ['--make-private', mount]);
  for (const mount of mounts.toReversed()) await run('umount', ['--lazy', mount]);
  if ((await below()).length > 0) throw new LabError('LAB_MACHINE', `something is still mounted below ${folder}`);
  await run('rm', ['--recursive', '--force', '--one-file-system', '--', folder]);
}

/** Returns the folder of the image, with `root/` inside. Builds it if it does not exist yet. */
export async function ensureImage(
  place: Place,
  debian: 12 | 13,
  kind: LabKind,
  progress: (text: string) => void,
): Promise<string> {
  requireRoot();
  const recipe = recipeFor(debian, kind, await readAptAccess());
  const name = imageName(recipe);
  const folder = join(place.images, name);
  await withLock(`image-${folder}`, async () => {
    if (existsSync(folder)) return;
    progress(`build the Debian ${debian} image for ${kind} hosts (once)`);
    await build(recipe, place.images, name);
    await removeOutdated(place.images, name);
  });
  return folder;
}
