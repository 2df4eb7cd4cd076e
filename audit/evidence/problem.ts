import type { Text } from '../../lib/text.ts';

/** Why a bundle differs from what was signed: the first file that shows it. */
export interface Problem {
  readonly file: string;
  readonly expected: Text;
  readonly found: Text;
}

export const problem = (file: string, expected: Text, found: Text): Problem => ({ file, expected, found });

/** The same text in both languages: digests, fingerprints, names. */
export const same = (text: string): Text => ({ nb: text, en: text });

export const absent: Text = { nb: 'filen mangler', en: 'the file is missing' };
