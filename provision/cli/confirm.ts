import { createInterface } from 'node:readline/promises';
import { InputError } from '../errors.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';

/** Asks for a yes. `--yes` answers it; without a terminal nobody can, and that is wrong input. */
export async function confirm(question: string, { options }: Invocation): Promise<boolean> {
  if (options.yes === true) return true;
  if (!process.stdin.isTTY) {
    throw new InputError('NOT_CONFIRMED', `there is no terminal to ask on: ${question}`, {
      hint: '--yes answers it with yes',
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While it asks, the terminal sends Ctrl-C as a letter.
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const { signal } = interruption;
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    prompt.close();
  }
}
