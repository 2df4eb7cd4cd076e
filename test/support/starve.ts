import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processTrees } from '../../lab/cgroup.ts';
import { machineName } from '../../lab/nspawn.ts';
import { placeOf } from '../../lab/place.ts';
import { run } from '../../lab/run.ts';
import { projectRoot } from './command-line.ts';

/** What a lab host on nspawn may use. Null is no limit. */
export interface Ration {
  /** Share of one processor's time. */
  readonly cpu: number | null;
  readonly writes_per_s: number | null;
}

const machineOf = (name: string): string => machineName(placeOf(projectRoot), name);
const groupOf = (controller: string, name: string): string => join('/sys/fs/cgroup', controller, machineOf(name));
const period_us = 100_000;

/**
 * Takes processor time or disk from a lab host, as a bad neighbour or a cheap plan would. On a machine with systemd,
 * the host's scope gets the limits. On a machine without, control groups of version 1 do, and this moves the host's
 * processes into them.
 */
export async function starve(name: string, { cpu, writes_per_s }: Ration): Promise<void> {
  const disk = await diskOf(join(placeOf(projectRoot).hosts, name));
  if (existsSync('/run/systemd/system')) {
    const limits = [
      `CPUQuota=${cpu === null ? '' : `${cpu * 100}%`}`,
      `IOWriteIOPSMax=${writes_per_s === null ? '' : `/dev/block/${disk} ${writes_per_s}`}`,
    ];
    await run('systemctl', ['set-property', '--runtime', `${machineOf(name)}.scope`, ...limits]);
    return;
  }
  for (const controller of ['cpu', 'blkio']) await enter(groupOf(controller, name), name);
  const quota = cpu === null ? -1 : cpu * period_us;
  await writeFile(join(groupOf('cpu', name), 'cpu.cfs_quota_us'), String(quota));
  // 0 removes the limit.
  const rate = `${disk} ${writes_per_s ?? 0}`;
  await writeFile(join(groupOf('blkio', name), 'blkio.throttle.write_iops_device'), rate);
}

/**
 * Removes what `starve` made, after the host is gone. The kernel lets go of a group a moment after its last process.
 */
export async function forgetStarved(name: string): Promise<void> {
  for (const group of ['cpu', 'blkio'].map((controller) => groupOf(controller, name))) {
    while (existsSync(group)) await rmdir(group).catch(() => pause(50));
  }
}

/** Number of the whole disk, such as `254:0`. A partition accepts no limit. */
async function diskOf(path: string): Promise<string> {
  const { dev } = await stat(path);
  // Like glibc's gnu_dev_major and gnu_dev_minor, for the numbers that disks have.
  const numbers = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const sysfs = join('/sys/dev/block', numbers);
  return existsSync(join(sysfs, 'partition')) ? (await readFile(`${sysfs}/../dev`, 'utf8')).trim() : numbers;
}

async function enter(group: string, name: string): Promise<void> {
  await mkdir(group, { recursive: true });
  for (const tree of processTrees(await readFile('/proc/self/mountinfo', 'utf8'))) {
    for (const process of await processesOf(join(tree, machineOf(name)))) {
      // The process may have ended meanwhile.
      await writeFile(join(group, 'cgroup.procs'), process).catch(() => undefined);
    }
  }
}

async function processesOf(group: string): Promise<readonly string[]> {
  if (!existsSync(group)) return [];
  const own = (await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const folders = (await readdir(group, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const below = await Promise.all(folders.map(({ name }) => processesOf(join(group, name))));
  return [...own, ...below.flat()];
}
