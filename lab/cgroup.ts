import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './errors.ts';

/**
 * Returns the paths where control groups for processes are mounted, from the text of /proc/self/mountinfo: version 2,
 * and the version 1 tree named systemd if there is one. Fields: id, parent, device, root, mount point, options, …, "-",
 * type, source, options.
 */
export function processTrees(mountinfo: string): readonly string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type, , options = ''] = after.split(' ');
    const tree = type === 'cgroup2' || (type === 'cgroup' && options.split(',').includes('name=systemd'));
    return tree ? [before.split(' ')[4] ?? ''] : [];
  });
}

const groupsOf = (name: string): readonly string[] =>
  processTrees(readFileSync('/proc/self/mountinfo', 'utf8')).map((tree) => join(tree, name));

/**
 * Makes a control group for one host on a machine without systemd, which would make a scope. Without it all hosts would
 * share one tree, and a service of one host would look alive to the systemd of another.
 */
export async function createGroups(name: string): Promise<readonly string[]> {
  const groups = groupsOf(name);
  for (const group of groups) await mkdir(group, { recursive: true });
  return groups;
}

/**
 * Kills every process in the groups (one write in version 2, since Linux 5.14) and removes the groups, leaves first.
 */
export async function removeGroups(name: string): Promise<void> {
  const groups = groupsOf(name).filter((group) => existsSync(group));
  for (const group of groups) if (existsSync(join(group, 'cgroup.kill'))) await endProcesses(group);
  for (const group of groups) await removeTree(group);
}

async function endProcesses(group: string): Promise<void> {
  await writeFile(join(group, 'cgroup.kill'), '1');
  const deadline = Date.now() + 10_000;
  while (/^populated 1$/m.test(await readFile(join(group, 'cgroup.events'), 'utf8'))) {
    if (Date.now() > deadline) throw new LabError('LAB_HOST', `processes in ${group} do not end`);
    await pause(20);
  }
}

async function removeTree(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(group, entry.name));
  await rmdir(group);
}
