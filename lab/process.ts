import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './errors.ts';

/** Identifies a process, so that a later one with the same number is not taken for it. */
export interface ProcessId {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTicks: string;
}

/**
 * Reads the state and the start ticks (field 22) from /proc/PID/stat. The second field is in parentheses and may
 * contain spaces, so count from its end.
 */
export function parseStat(stat: string): { readonly state: string; readonly startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

async function readStat(pid: number): Promise<string | null> {
  return readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
}

/** Returns whether exactly this process still runs. A zombie does not. */
export async function isAlive(process: ProcessId): Promise<boolean> {
  const stat = await readStat(process.pid);
  if (stat === null) return false;
  const { state, startTicks } = parseStat(stat);
  return state !== 'Z' && startTicks === process.startTicks;
}

/**
 * Returns the process that was started with exactly this argument. Null if there is none. Finds a host that outlived a
 * run which died before it could record the process.
 */
export async function findByArgument(argument: string): Promise<ProcessId | null> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of numbers) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!commandLine.split('\0').includes(argument)) continue;
    const stat = await readStat(pid);
    if (stat !== null) return { pid, startTicks: parseStat(stat).startTicks };
  }
  return null;
}

export interface DetachedOptions {
  /** Both output streams go to the end of this file. */
  readonly log: string;
  /** Working directory of the program. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program that outlives this one. */
export async function startDetached(
  program: string,
  args: readonly string[],
  { log, folder, env = {} }: DetachedOptions,
): Promise<ProcessId> {
  const output = openSync(log, 'a');
  try {
    const child = spawn(program, [...args], {
      detached: true,
      cwd: folder,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new LabError('LAB_MACHINE', `cannot start ${program}: ${error.message} (see lab/packages.txt)`, error)),
      );
    });
    child.unref();
    const pid = child.pid ?? 0;
    const stat = await readStat(pid);
    if (stat === null) throw new LabError('LAB_HOST', `${program} ended at once; see ${log}`);
    return { pid, startTicks: parseStat(stat).startTicks };
  } finally {
    closeSync(output);
  }
}

/** Waits until the process is gone. Returns false if it still runs after `timeoutMs`. */
export async function waitForEnd(process: ProcessId, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isAlive(process)) {
    if (Date.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

/** Sends a signal to exactly this process. If its number has been given to another process, nothing is sent. */
export async function signal(target: ProcessId, name: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(target))) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
