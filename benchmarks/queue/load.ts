import type { z } from 'zod';
import { CommandFailed } from '../../lib/errors.ts';
import { NotMeasured, type SuiteContext } from '../suite.ts';
import { alarmIn, outcomeOf } from './answers.ts';
import type { Ready } from './host-check.ts';
import { loadCommand, type ProbeName, type Programs } from './probe.ts';

/** One run of a load program. */
interface Load<Schema> {
  readonly program: ProbeName;
  /** The name of its evidence. */
  readonly name: string;
  readonly settings: object;
  /** Timeout in seconds. */
  readonly patience: number;
  readonly outcome: Schema;
  /** Called with everything that it printed, even if it failed. */
  readonly onEnd?: (printed: string) => void;
}

/** What each run needs. */
export interface Loading {
  readonly context: SuiteContext;
  readonly programs: Programs;
  readonly ready: Ready;
}

/** The program's outcome, and everything that it printed. */
export interface Loaded<Outcome> {
  readonly outcome: Outcome;
  readonly printed: string;
}

/**
 * Runs a load program on the host and stores what it printed, even if it fails. Throws NotMeasured if the broker raised
 * an alarm, which stops the program.
 */
export async function runLoad<Schema extends z.ZodType>(
  { context, programs, ready }: Loading,
  { program, name, settings, patience, outcome, onEnd }: Load<Schema>,
): Promise<Loaded<z.output<Schema>>> {
  const { host, keep } = context;
  const command = loadCommand(ready.image, ready.brokerPid, settings);
  const lines: string[] = [];
  const printed = (): string => lines.filter((line) => line.startsWith('{')).join('\n');
  try {
    await host.run(command, {
      input: programs[program],
      timeoutMs: Math.ceil(patience * 1000),
      onLine: (line) => lines.push(line),
    });
  } catch (error) {
    const alarm = error instanceof CommandFailed ? alarmIn(printed()) : null;
    if (alarm === null) throw error;
    throw new NotMeasured(`${host.name}: the broker raised an alarm and blocks publishers: ${alarm}; ${remedy}`);
  } finally {
    onEnd?.(printed());
    await keep(`queue/${name}.jsonl`, command.script, `${lines.join('\n')}\n`);
  }
  return { outcome: outcomeOf(printed(), outcome), printed: printed() };
}

const remedy = 'give the host more memory or disk, or measure with --quick';
