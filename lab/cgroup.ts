import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where control groups for processes are mounted, from the text of /proc/self/mountinfo: version 2, and the version 1
 * tree named systemd where there is one. Fields: id, parent, device, root, mount point, options, …, "-", type, source, options.
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
 * Makes a control group of the host's own, for a machine without systemd, which would make a scope. Without it all
 * hosts share one tree, and a service of one looks alive to the systemd of another.
 */
export async function createGroups(name: string): Promise<readonly string[]> {
  const groups = groupsOf(name);
  for (const group of groups) await mkdir(group, { recursive: true });
  return groups;
}

/** Removes the groups, from the leaves up; the kernel refuses where a process is left. */
export async function removeGroups(name: string): Promise<void> {
  for (const group of groupsOf(name)) if (existsSync(group)) await removeTree(group);
}

async function removeTree(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(group, entry.name));
  await rmdir(group);
}
