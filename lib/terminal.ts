import { createInterface } from 'node:readline/promises';
import { oneLine, printableJson, quoted, shortened, visible } from './printable.ts';

/**
 * The only path from this program to the terminal. Everything is made printable here, so no command can forget it:
 * hosts and workers cannot colour, overwrite or forge what is shown.
 */

/** SGR parameters of ECMA-48. Colour adds nothing that the words do not say. */
const shades = { good: 32, fair: 33, bad: 31, unknown: 2 } as const;

/** A piece of a line, with its colour. */
export interface Painted {
  readonly shade: keyof typeof shades;
  readonly text: string;
}

/**
 * One line of output. Jernverk never puts a line end into a line, so a string that has one quotes something from
 * outside and is shown as a quotation. A text of several lines is several of these. A line of pieces always stays one
 * line. A line that is too long is shortened, and its length is given.
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

/** Returns the terminal's width in columns. 0 if there is no terminal or it does not report a width. */
export const columns = (): number => process.stdout.columns ?? 0;

const text = (lines: readonly Line[], withColours: boolean): string =>
  lines.map((line) => `${rendered(line, withColours)}\n`).join('');

/** Prints what the user asked for, as lines on standard output. */
export const say = (...lines: readonly Line[]): void => void process.stdout.write(text(lines, colours()));

/** Prints a value as JSON on standard output, for programs. It is never shortened. */
export const sayJson = (value: unknown, indent = 2, prefix = ''): void =>
  void process.stdout.write(`${visible(prefix)}${printableJson(value, indent)}\n`);

/** Prints everything else, as lines on standard error. */
export const note = (...lines: readonly Line[]): void => void process.stderr.write(text(lines, false));

/** Returns the user's answer. Rejects when the signal aborts. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While readline waits for the answer, the terminal sends Ctrl-C as a character, not as a signal.
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await prompt.question(`${oneLine(question)} `, { signal });
  } finally {
    prompt.close();
  }
}

/** A reader that stops early, as in `./jernverk status | head -1`, is not a failure of the program. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
