import { renameSync, writeFileSync } from 'node:fs';
import { beatMs, type SlotState, type SlotStatus } from '../contract/slot-health.ts';
import { messageOf } from './failure.ts';
import type { Log } from './log.ts';

export interface StatusFile {
  update(change: Partial<Pick<SlotStatus, 'job' | 'done' | 'failed'> & { state: SlotState }>): void;
  readonly current: SlotStatus;
  /** Writes the last state and stops the timer. */
  close(): void;
}

/** Least milliseconds between two writes, because jobs may be short. */
const shortestMs = 100;

export function openStatusFile(
  path: string,
  identity: Pick<SlotStatus, 'worker' | 'slot' | 'release'>,
  log: Log,
): StatusFile {
  let status: SlotStatus = { version: 1, state: 'starting', ...identity, job: null, done: 0, failed: 0, beat: 0 };
  let pending: NodeJS.Timeout | null = null;
  const write = () => {
    pending = null;
    status = { ...status, beat: Date.now() };
    writeStatus(path, status, log);
  };
  const heart = setInterval(write, beatMs);
  write();
  return {
    get current() {
      return status;
    },
    update(change) {
      status = { ...status, ...change };
      pending ??= setTimeout(write, Math.max(0, status.beat + shortestMs - Date.now()));
    },
    close() {
      clearInterval(heart);
      if (pending !== null) clearTimeout(pending);
      write();
    },
  };
}

/** Atomic, without fsync: the file is in memory (/run) and means nothing after a restart. */
function writeStatus(path: string, status: SlotStatus, log: Log): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(status)}\n`);
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    log('error', 'cannot write the status file', { reason: messageOf(error) });
  }
}
