import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Returns the milliseconds to wait before attempt number `attempt` (1, 2, …). The wait doubles up to the cap, with up
 * to 20 % less as jitter.
 */
export function backoff(attempt: number, firstMs: number, capMs: number): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return full * (1 - 0.2 * Math.random());
}

/** Waits, or returns at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Repeats the action until it works, with up to 10 s between attempts. Returns null if the signal aborts first. */
export async function untilItWorks<Result>(
  action: () => Result | Promise<Result>,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): Promise<Result | null> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      onFailure(error);
      await pause(backoff(attempt, 100, 10_000), signal);
    }
  }
  return null;
}
