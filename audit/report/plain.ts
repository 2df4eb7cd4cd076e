import { oneLine, printableLines } from '../../lib/printable.ts';

/** What a host or a file said, in one line. Markup is escaped by `html`; this is about what markup is not needed for. */
export const plain = oneLine;

/** The same where line ends and columns matter. */
export const plainLines = (text: string): string => printableLines(text.replace(/^(\s*\n)+/, '').trimEnd()).join('\n');
