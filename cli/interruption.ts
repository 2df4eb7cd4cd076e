import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withEnvironment } from '../lib/own-command.ts';
import { oneLine, printableJson } from '../lib/printable.ts';
import { sayJson } from '../lib/terminal.ts';
import type { Interrupt } from '../provision/ssh/host.ts';

/** Exit codes as a shell gives them: 128 plus the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exitCodes;

/** Milliseconds for a command to clean up. A host gets `endingMs` of them, see `host/session.ts`. */
const patienceMs = 14_000;

/** What is known when a command is interrupted. */
export interface Interrupted {
  /** `apply`, `lab up`. */
  readonly command: string;
  /** Steps that were running, with their hosts. */
  readonly steps: readonly string[];
  /** Hosts on which something ran, and whether it has ended. */
  readonly hosts: ReadonlyMap<string, boolean>;
  /** What else the command says. */
  readonly facts: readonly string[];
  readonly advice: string;
}

/** Returns the one sentence: what was going on, whether it goes on, and what to do. */
export function sentenceOf({ command, steps, hosts, facts, advice }: Interrupted): string {
  const where = (ended: boolean): string[] => [...hosts].filter(([, is]) => is === ended).map(([name]) => name);
  const [ended, open] = [where(true), where(false)];
  return [
    `${command} was interrupted${steps.length === 0 ? '' : ` at ${steps.join(', ')}`}`,
    ...(open.length === 0 ? [] : [`commands on ${open.join(', ')} may still be running`]),
    ...(ended.length === 0 ? [] : [`commands on ${ended.join(', ')} were ended`]),
    ...(hosts.size === 0 ? ['nothing was running on a host'] : []),
    ...facts,
    withEnvironment(advice),
  ].join('; ');
}

/**
 * Handles Ctrl-C and the other signals for all commands. At the first signal, what runs on hosts is ended and the
 * command gets time to clean up. Nothing that it still says is shown; one sentence says how things stand. A second
 * signal ends everything.
 */
class Interruption implements Interrupt {
  readonly #controller = new AbortController();
  readonly #hosts = new Map<string, boolean>();
  readonly #steps = new Map<string, string>();
  readonly #facts: string[] = [];
  readonly #answers: unknown[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Records whether what ran on a host has ended. */
  stopped(host: string, ended: boolean): void {
    this.#hosts.set(host, ended && (this.#hosts.get(host) ?? true));
  }

  /** Records the step that runs on a host. Null between two steps. */
  at(host: string, step: string | null): void {
    if (this.signal.aborted) return;
    if (step === null) this.#steps.delete(host);
    else this.#steps.set(host, step);
  }

  /** Adds a part to the sentence. */
  add(fact: string): void {
    this.#facts.push(fact);
  }

  /** Prints facts for programs, even after an interrupt. */
  print(answer: unknown): void {
    if (this.signal.aborted) this.#answers.push(answer);
    else sayJson(answer);
  }

  /** Runs a command until its end, or until a signal ends the program. */
  async run(command: string, advice: string, work: () => Promise<void>): Promise<void> {
    const output = [process.stdout, process.stderr] as const;
    // The original functions: a live list replaces and restores them at any time.
    const [print, say] = [writerOf(process.stdout), writerOf(process.stderr)];
    const working = work();
    const ended = working.catch(() => undefined);
    const leave = async (signal: Signal): Promise<void> => {
      await Promise.race([ended, sleep(patienceMs)]);
      const known = { command, steps: this.#stepsNamed(), hosts: this.#hosts, facts: this.#facts, advice };
      const line = process.stderr.isTTY ? '\n' : '';
      await written(print, [
        ...this.#answers.map((answer) => `${printableJson(answer, 2)}\n`),
        process.stdout.isTTY ? showCursor : '',
      ]);
      await written(say, [`${line}jernverk: ${oneLine(sentenceOf(known))}\n`]);
      process.exit(exitCodes[signal]);
    };
    const onSignal = (signal: Signal): void => {
      if (this.signal.aborted) {
        if (process.stdout.isTTY) print(showCursor);
        say(
          `${process.stderr.isTTY ? '\n' : ''}jernverk: ${command} was ended at once; commands on a host may still be running\n`,
        );
        process.exit(exitCodes[signal]);
      }
      for (const stream of output) mute(stream);
      // From here on, work fails because it was ended.
      process.on('unhandledRejection', () => undefined).on('uncaughtException', () => undefined);
      this.#controller.abort();
      endChildren();
      void leave(signal);
    };
    const signals = Object.keys(exitCodes) as Signal[];
    for (const signal of signals) process.on(signal, onSignal);
    await working.catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
    if (this.signal.aborted) await new Promise(() => undefined);
    for (const signal of signals) process.off(signal, onSignal);
  }

  #stepsNamed(): string[] {
    return [...this.#steps].map(([host, step]) => `"${step}" on ${host}`);
  }
}

export const interruption = new Interruption();

type Write = (text: string, done?: () => void) => boolean;

function writerOf(stream: NodeJS.WriteStream): Write {
  const write = stream.write.bind(stream);
  return (text, done) => write(text, () => done?.());
}

const showCursor = '\u001b[?25h';

const written = (write: Write, texts: readonly string[]): Promise<unknown> =>
  Promise.all(texts.map((text) => new Promise<void>((resolve) => write(text, resolve))));

/** Defines an accessor, not a value, so that nobody can put another function in its place. */
function mute(stream: NodeJS.WriteStream): void {
  const swallow = (_text: unknown, ...rest: readonly unknown[]): boolean => {
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  Object.defineProperty(stream, 'write', { configurable: true, get: () => swallow, set: () => undefined });
}

/**
 * Ctrl-C on a terminal reaches every process of its foreground group. A signal sent by number reaches only ours, so it
 * is passed on to our children in that group. What was made to outlive us, such as a host of the lab, has a group of
 * its own.
 */
function endChildren(): void {
  const groupOf = (pid: string): string | undefined => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
  };
  try {
    const own = groupOf('self');
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    for (const pid of children) if (pid !== '' && groupOf(pid) === own) process.kill(Number(pid), 'SIGTERM');
  } catch {
    // A child may have just ended, or the machine may lack these files. Then the child's own end must be enough.
  }
}
