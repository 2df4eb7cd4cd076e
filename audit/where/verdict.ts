import type { Text } from '../../lib/text.ts';
import type { Verdict } from '../check.ts';
import type { Status } from '../finding.ts';

/** What is to be said of one of several addresses. */
export interface Part {
  readonly status: Status;
  readonly words: Text;
}

export const verdict = (status: Status, words: Text): Verdict => ({ status, words, observed: '', proves: [] });

export const sentences = (texts: readonly Text[]): Text => ({
  nb: texts.map(({ nb }) => nb).join(' '),
  en: texts.map(({ en }) => en).join(' '),
});
