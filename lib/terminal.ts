import { createInterface } from 'node:readline/promises';
import { oneLine, printableJson, quoted, shortened, visible } from './printable.ts';

/**
 * The only way from this program to the person's terminal. All that passes is made printable here, so no command can
 * forget it: hosts and workers can't colour, overwrite or forge what is shown.
 */

/** SGR parameters of ECMA-48. Colour adds nothing that the words do not say. */
const shades = { good: 32, fair: 33, bad: 31, unknown: 2 } as const;

/** A piece of a line in a colour of ours. */
export interface Painted {
  readonly shade: keyof typeof shades;
  readonly text: string;
}

/**
 * One line. We put no line end into a line, so a text that has one quotes somebody else and is shown as a quotation; a
 * text of several lines is several of these. A line of pieces stays one line whatever is in it. What is too long to be
 * read is shortened, with its length.
 */
export type Line = string | readonly (string | Painted)[];

export function rendered(line: Line, colours: boolean): string {
  if (typeof line === 'string') return quoted(line);
  const pieces = line.map((piece) => {
    const text = shortened(visible(typeof piece === 'string' ? piece : piece.text));
    return colours && typeof piece !== 'string' ? `\u001b[${shades[piece.shade]}m${text}\u001b[0m` : text;
  });
  return pieces.join('').trimEnd();
}

const colours = (): boolean => isTerminal() && !process.env.NO_COLOR;

export const isTerminal = (): boolean => process.stdout.isTTY === true;

/** How wide the terminal is; 0 where there is none, or where it does not tell. */
export const columns = (): number => process.stdout.columns ?? 0;

const text = (lines: readonly Line[], withColours: boolean): string =>
  lines.map((line) => `${rendered(line, withColours)}\n`).join('');

/** What the person asked for: lines on standard output. */
export const say = (...lines: readonly Line[]): void => void process.stdout.write(text(lines, colours()));

/** The same for programs: whole, however long it is. */
export const sayJson = (value: unknown, indent = 2, prefix = ''): void =>
  void process.stdout.write(`${visible(prefix)}${printableJson(value, indent)}\n`);

/** What is besides that: lines on standard error. */
export const note = (...lines: readonly Line[]): void => void process.stderr.write(text(lines, false));

/** The person's answer. Rejects when the signal aborts. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While it asks, the terminal sends Ctrl-C as a letter.
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await prompt.question(`${oneLine(question)} `, { signal });
  } finally {
    prompt.close();
  }
}

/** `./jernverk status | head -1`: a reader that has seen enough is no failure of the program. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
