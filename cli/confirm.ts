import { InputError } from '../lib/errors.ts';
import { ask } from '../lib/terminal.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';

/** Asks for a yes. `--yes` answers it. Without a terminal nobody can answer, and that is wrong input. */
export async function confirm(question: string, { options }: Invocation): Promise<boolean> {
  if (options.yes === true) return true;
  if (!process.stdin.isTTY) {
    throw new InputError('NOT_CONFIRMED', `cannot ask without a terminal: ${question}`, {
      hint: 'pass --yes to answer it with yes',
    });
  }
  return /^y(es)?$/i.test((await ask(`${question} [y/N]`, interruption.signal)).trim());
}
