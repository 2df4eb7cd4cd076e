import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gatewayOf } from './addresses.ts';
import { createGroups, removeGroups } from './cgroup.ts';
import type { LabNetwork } from './network.ts';
import type { Place } from './place.ts';
import { type ProcessId, signal, startDetached, waitForEnd } from './process.ts';
import { run, succeeds } from './run.ts';
import { consoleLog, type HostState } from './state.ts';

export const nspawnRoot = (folder: string): string => join(folder, 'root');

/**
 * Returns the address of an nspawn host, for systemd-networkd. Inside the container nspawn's network interface is
 * host0.
 */
export function networkdFile(address: string, network: LabNetwork): string {
  return [
    '[Match]',
    'Name=host0',
    '',
    '[Link]',
    `MTUBytes=${network.mtu}`,
    '',
    '[Network]',
    `Address=${address}/24`,
    `Gateway=${gatewayOf(network.subnet)}`,
    'LinkLocalAddressing=no',
    'IPv6AcceptRA=no',
    '',
  ].join('\n');
}

/** Returns a name that is unique on this machine. It is also the name of the host's control group. */
export const machineName = (place: Place, name: string): string => `${place.bridge}-${name}`;

/** Returns the argument by which a host's nspawn is found among all processes. */
export const directoryArgument = (folder: string): string => `--directory=${nspawnRoot(folder)}`;

/**
 * Returns the arguments for systemd-nspawn. Docker inside needs all capabilities and the keyring and bpf calls.
 *
 * @param systemd whether this machine runs systemd. If so, the host gets a scope of its own, with a memory limit, that
 *   outlives the login session. Otherwise it stays in the control group in which it was started.
 */
export function nspawnArguments(state: HostState, place: Place, folder: string, systemd: boolean): readonly string[] {
  const scope = systemd ? [`--property=MemoryMax=${state.spec.memoryBytes}`] : ['--keep-unit'];
  return [
    '--boot',
    '--quiet',
    directoryArgument(folder),
    `--machine=${machineName(place, state.spec.name)}`,
    `--hostname=${state.spec.name}`,
    `--network-bridge=${place.bridge}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--register=no',
    ...scope,
    '--capability=all',
    '--system-call-filter=@keyring bpf',
    '--console=read-only',
  ];
}

/** Enters the control groups before "--", then becomes the program after it. */
const enterGroups = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';

export async function startNspawn(state: HostState, place: Place, folder: string): Promise<ProcessId> {
  await tidyNspawn(place, state.spec.name);
  const systemd = existsSync('/run/systemd/system');
  const groups = systemd ? [] : await createGroups(machineName(place, state.spec.name));
  const nspawn = ['systemd-nspawn', ...nspawnArguments(state, place, folder, systemd)];
  // On hybrid control groups systemd of Debian 12 and 13 uses version 2 only if this variable is set.
  return startDetached('/bin/sh', ['-c', enterGroups, 'sh', ...groups, '--', ...nspawn], {
    log: consoleLog(folder),
    folder,
    env: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  });
}

/** Returns the children of a process, from /proc/PID/task/PID/children. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/**
 * Ends and removes what outlived the host's nspawn, if anything: processes in its control group, and its virtual
 * Ethernet interface, which the kernel removes some time after them.
 */
export async function tidyNspawn(place: Place, name: string): Promise<void> {
  const machine = machineName(place, name);
  if (existsSync('/run/systemd/system')) await succeeds('systemctl', ['kill', '--signal=KILL', `${machine}.scope`]);
  else await removeGroups(machine);
  await succeeds('ip', ['link', 'delete', `vb-${machine}`]);
}

/** Shuts down cleanly: nspawn passes SIGTERM on as systemd's power-off signal. Kills the host after `timeoutMs`. */
export async function stopNspawn(process: ProcessId, timeoutMs: number): Promise<void> {
  await signal(process, 'SIGTERM');
  if (!(await waitForEnd(process, timeoutMs))) await killNspawn(process);
}

/** Kills at once. The end of the container's first process ends all others, and nspawn then cleans up. */
export async function killNspawn(target: ProcessId): Promise<void> {
  for (const pid of await childrenOf(target.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }
  if (await waitForEnd(target, 5_000)) return;
  await signal(target, 'SIGKILL');
  await waitForEnd(target, 5_000);
}

/**
 * Makes the root directory of a new host as a copy of the image's. Blocks are not copied if the file system can share
 * them.
 */
export async function copyRoot(image: string, root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(join(root, '..'), { recursive: true });
  await run('cp', ['-a', '--reflink=auto', join(image, 'root'), root], { timeoutMs: 10 * 60_000 });
}
