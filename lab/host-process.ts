import { readFile, rm } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { detectMachine, type LabKind } from './kind.ts';
import { ensureNetwork } from './network.ts';
import { killNspawn, startNspawn, stopNspawn } from './nspawn.ts';
import type { Place } from './place.ts';
import { isAlive, type ProcessId, signal, waitForEnd } from './process.ts';
import { startQemu, stopQemu } from './qemu.ts';
import { waitForSsh } from './ssh.ts';
import { consoleLog, type HostState, writeState } from './state.ts';

/** Milliseconds to the SSH banner: some fifty times what was measured, so that only a host that never comes fails. */
function bootLimitMs(kind: LabKind): number {
  if (kind === 'nspawn') return 60_000;
  return detectMachine().kvm ? 180_000 : 900_000;
}

/** Milliseconds that a clean shutdown may take before the host is ended by force. */
const shutdownLimitMs = 90_000;

async function consoleEnd(folder: string): Promise<string> {
  const text = await readFile(consoleLog(folder), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

async function launch(place: Place, folder: string, state: HostState): Promise<ProcessId> {
  if (state.kind === 'qemu') return startQemu(state, folder, detectMachine().kvm);
  await ensureNetwork(place);
  return startNspawn(state, place, folder);
}

/** Starts the host on its disk and waits for SSH; one that lives already but does not answer is waited for. */
export async function startHost(place: Place, folder: string, state: HostState): Promise<void> {
  const lives = state.process !== null && (await isAlive(state.process));
  const process = lives && state.process !== null ? state.process : await launch(place, folder, state);
  await writeState(folder, { ...state, process });
  const limitMs = bootLimitMs(state.kind);
  if (await waitForSsh(state.address, state.port, Date.now() + limitMs, () => isAlive(process))) return;
  const what = (await isAlive(process)) ? `did not answer SSH within ${limitMs / 1000} s` : 'ended while booting';
  throw new LabError(
    'LAB_HOST',
    `lab host "${state.spec.name}" ${what}; ${consoleLog(folder)} ends with\n${await consoleEnd(folder)}`,
  );
}

/** Clean shutdown; the disk stays. */
export async function stopHost(folder: string, state: HostState): Promise<void> {
  if (state.process === null) return;
  if (state.kind === 'qemu') await stopQemu(state.process, shutdownLimitMs);
  else await stopNspawn(state.process, shutdownLimitMs);
  await writeState(folder, { ...state, process: null });
}

/** Ends the host at once, as a power cut does: what was not written to its disk is lost. The disk stays. */
export async function cutPower(folder: string, state: HostState): Promise<void> {
  if (state.process === null) return;
  await endNow(state, state.process);
  await writeState(folder, { ...state, process: null });
}

async function endNow(state: HostState, process: ProcessId): Promise<void> {
  if (state.kind === 'nspawn') return killNspawn(process);
  await signal(process, 'SIGKILL');
  if (!(await waitForEnd(process, 10_000))) throw new LabError('LAB_HOST', `process ${process.pid} does not end`);
}

/** Ends the host and removes all that is its own; also what a run that died left half made. */
export async function destroyHost(folder: string, state: HostState | null): Promise<void> {
  if (state !== null && state.process !== null) await endNow(state, state.process);
  await rm(folder, { recursive: true, force: true });
}
