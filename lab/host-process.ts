import { readFile, rm } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { detectMachine, type LabKind } from './kind.ts';
import { withNetwork } from './network.ts';
import { directoryArgument, killNspawn, startNspawn, stopNspawn, tidyNspawn } from './nspawn.ts';
import type { Place } from './place.ts';
import { findByArgument, isAlive, type ProcessId, signal, waitForEnd } from './process.ts';
import { driveArgument, startQemu, stopQemu } from './qemu.ts';
import { waitForSsh } from './ssh.ts';
import { consoleLog, type HostState, writeState } from './state.ts';

/**
 * Returns the milliseconds to wait for the SSH banner: some fifty times the measured time, so that only a host that
 * never comes up fails.
 */
function bootLimitMs(kind: LabKind): number {
  if (kind === 'nspawn') return 60_000;
  return detectMachine().kvm ? 180_000 : 900_000;
}

/** Milliseconds for a clean shutdown before the host is killed. Slots drain for a minute. */
const shutdownLimitMs = 180_000;

async function consoleEnd(folder: string): Promise<string> {
  const text = await readFile(consoleLog(folder), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

/**
 * Returns the process of the running host. Null if it is off. Also finds one whose start was not recorded because the
 * run that started it died.
 */
export async function processOf(folder: string, state: HostState): Promise<ProcessId | null> {
  if (state.process !== null && (await isAlive(state.process))) return state.process;
  return findByArgument(state.kind === 'qemu' ? driveArgument(folder, state.disk) : directoryArgument(folder));
}

async function launch(place: Place, folder: string, state: HostState): Promise<ProcessId> {
  const start = async (): Promise<ProcessId> => {
    const process =
      state.kind === 'qemu'
        ? await startQemu(state, folder, detectMachine().kvm)
        : await startNspawn(state, place, folder);
    await writeState(folder, { ...state, process });
    return process;
  };
  return state.kind === 'qemu' ? start() : withNetwork(place, start);
}

/** Starts the host on its disk and waits for SSH. If the host already runs but SSH does not answer, it only waits. */
export async function startHost(place: Place, folder: string, state: HostState): Promise<void> {
  const process = (await processOf(folder, state)) ?? (await launch(place, folder, state));
  const limitMs = bootLimitMs(state.kind);
  if (await waitForSsh(state.address, state.port, Date.now() + limitMs, () => isAlive(process))) return;
  const what = (await isAlive(process)) ? `did not answer SSH within ${limitMs / 1000} s` : 'ended while booting';
  const end = await consoleEnd(folder);
  throw new LabError('LAB_HOST', `lab host "${state.spec.name}" ${what}; ${consoleLog(folder)} ends with\n${end}`);
}

/** Shuts the host down cleanly. The disk stays. */
export async function stopHost(place: Place, folder: string, state: HostState): Promise<void> {
  const process = await processOf(folder, state);
  if (process === null) return;
  if (state.kind === 'qemu') await stopQemu(process, shutdownLimitMs);
  else await stopNspawn(process, shutdownLimitMs);
  await tidy(place, state);
  await writeState(folder, { ...state, process: null });
}

/** Ends the host at once, as a power cut does: what was not written to its disk is lost. The disk stays. */
export async function cutPower(place: Place, folder: string, state: HostState): Promise<void> {
  await endNow(place, folder, state);
  await writeState(folder, { ...state, process: null });
}

async function endNow(place: Place, folder: string, state: HostState): Promise<void> {
  const process = await processOf(folder, state);
  if (process !== null) {
    if (state.kind === 'nspawn') await killNspawn(process);
    else await signal(process, 'SIGKILL');
    if (!(await waitForEnd(process, 10_000))) throw new LabError('LAB_HOST', `process ${process.pid} does not end`);
  }
  await tidy(place, state);
}

const tidy = async (place: Place, state: HostState): Promise<void> => {
  if (state.kind === 'nspawn') await tidyNspawn(place, state.spec.name);
};

/** Kills the host and removes everything that belongs to it, including what a run that died left half made. */
export async function destroyHost(place: Place, folder: string, state: HostState | null): Promise<void> {
  if (state !== null) await endNow(place, folder, state);
  await rm(folder, { recursive: true, force: true });
}
