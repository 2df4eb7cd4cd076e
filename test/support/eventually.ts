import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is neither null nor false. The test's own timeout is the only limit. */
export async function eventually<Answer>(
  ask: () => Promise<Answer | null | false> | Answer | null | false,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    await sleep(20);
  }
}
