import { createHash } from 'node:crypto';
import type { Check } from '../check.ts';

/** SHA-256 over what is asked and expected: two audits with the same digest looked for the same things. */
export function rulesDigest(checks: readonly Check[]): string {
  const hash = createHash('sha256');
  for (const { id, title, expected, basis, questions } of checks) {
    hash.update(
      JSON.stringify([id, title, expected, basis, questions.map(({ name, command }) => [name, command.script])]),
    );
  }
  return hash.digest('hex');
}
