import { noAnswer } from './failures.ts';

/** Milliseconds for the first line of a script that keeps running afterwards: a lock, a holder. */
const defaultMs = 60_000;

/** For tests: the longest wait for a host in milliseconds, so that no test has to wait for a real limit. */
const most = Number(process.env.JERNVERK_TEST_PATIENCE_MS) || Number.POSITIVE_INFINITY;
export const patience = (ms: number): number => Math.min(ms, most);

/** Waits for something from a host. Throws HostError HOST_SILENT if it does not come in time. */
export async function inTime<Word>(
  word: Promise<Word>,
  host: { readonly name: string },
  what: string,
  limitMs = defaultMs,
): Promise<Word> {
  const ms = patience(limitMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer(host.name, what, ms)), ms);
  });
  try {
    return await Promise.race([word, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the first of them is aborted. */
export function aborted(signals: readonly AbortSignal[]): Promise<undefined> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve(undefined);
    else any.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
