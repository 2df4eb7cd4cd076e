import { noAnswer } from './failures.ts';

/** Milliseconds for the first word of a script that goes on afterwards: a lock, a holder. */
const defaultMs = 60_000;

/** For tests: the most milliseconds that a host is waited for, so that no limit has to be waited out. */
const most = Number(process.env.JERNVERK_TEST_PATIENCE_MS) || Number.POSITIVE_INFINITY;
export const patience = (ms: number): number => Math.min(ms, most);

/** Waits for something that a host says. Throws HostError HOST_SILENT if it does not come in time. */
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
