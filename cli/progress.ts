import { EventEmitter, once } from 'node:events';
import { Listr, type ListrTask } from 'listr2';
import { oneLine } from '../lib/printable.ts';
import { note } from '../lib/terminal.ts';
import type { ApplyEvent, TopicOutcome } from '../provision/engine/events.ts';
import { count } from '../provision/engine/report.ts';
import type { TopicName } from '../provision/engine/topic.ts';

/** Shows what runs, on which host, and how long it took. `end` waits until the last of it is drawn. */
export interface Progress {
  emit(event: ApplyEvent): void;
  /** Says what happens to a host before its topics begin. */
  say(message: string): void;
  end(): Promise<void>;
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const topicTitle = ({ topic, state, diff, milliseconds }: TopicOutcome): string => {
  switch (state) {
    case 'unchanged':
      return `${topic}: nothing to change`;
    case 'changed':
      return `${topic}: ${count(diff.changes.length, 'setting')} changed and verified (${seconds(milliseconds)})`;
    case 'failed':
      return `${topic}: failed after ${seconds(milliseconds)}`;
    case 'not reached':
      return `${topic}: not reached`;
    default:
      return state satisfies never;
  }
};

/** One line per event, for logs and CI. */
export function plainProgress(write: (line: string) => void): Progress {
  return {
    emit(event) {
      if (event.kind === 'step finished') {
        write(`${event.host}  ${event.topic}  ${event.title} (${seconds(event.milliseconds)})`);
      } else if (event.kind === 'topic finished') {
        write(`${event.host}  ${topicTitle(event.outcome)}`);
      }
    },
    say: write,
    async end() {},
  };
}

/** Draws nothing, for `--json`. */
export const silentProgress: Progress = { emit() {}, say() {}, async end() {} };

/** A live list for a terminal: hosts, and under each its topics with the step that is running. */
export function listProgress(hosts: readonly string[], topics: readonly TopicName[]): Progress {
  const lines = new Map(
    hosts.flatMap((host) => topics.map((topic) => [`${host}/${topic}`, new TopicLine(topic)] as const)),
  );
  const list = new Listr(
    hosts.map((host) => ({
      title: host,
      task: (_context, task) =>
        task.newListr(
          topics.flatMap((topic) => lines.get(`${host}/${topic}`)?.listed() ?? []),
          // One after the other, as they run, so that a topic does not look busy before its turn.
          { concurrent: false, exitOnError: false },
        ),
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Its own handling of signals ends the program at once, without a word and with 127.
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    },
  );
  const drawn = list.run().catch(() => undefined);
  return {
    emit(event) {
      const topic = event.kind === 'topic finished' ? event.outcome.topic : event.topic;
      lines.get(`${event.host}/${topic}`)?.receive(event);
    },
    // The renderer captures what is written to standard error meanwhile, and draws it above the list.
    say: note,
    async end() {
      for (const line of lines.values()) line.giveUp();
      await drawn;
    },
  };
}

/** The parts of a running task that listr2 lets us change. */
interface Drawn {
  title: string;
  output: string;
}

/**
 * One topic's line in the list. It waits for its events and ends with the topic's outcome. listr2 writes to the
 * terminal itself, so a host's words become one printable line first.
 */
class TopicLine {
  readonly #topic: TopicName;
  readonly #events = new EventEmitter<{ end: [TopicOutcome | null] }>();
  readonly #ended = once(this.#events, 'end');
  #drawn: Drawn | null = null;
  #title: string;

  constructor(topic: TopicName) {
    this.#topic = topic;
    this.#title = topic;
  }

  listed(): ListrTask {
    return {
      title: this.#topic,
      task: async (_context, drawn) => {
        this.#drawn = drawn;
        drawn.title = this.#title;
        const [outcome] = await this.#ended;
        if (outcome === null || outcome.state === 'not reached') return drawn.skip(`${this.#topic}: not reached`);
        drawn.title = topicTitle(outcome);
        if (outcome.state === 'failed') throw new Error(oneLine(outcome.error ?? 'failed'));
      },
    };
  }

  receive(event: ApplyEvent): void {
    if (event.kind === 'topic finished') this.#events.emit('end', event.outcome);
    else if (event.kind === 'step started') this.#show(oneLine(`${this.#topic}: ${event.title}`));
    else if (this.#drawn !== null && event.kind === 'step output') this.#drawn.output = oneLine(event.line);
  }

  /** A step may begin a moment before the list draws its topic. */
  #show(title: string): void {
    this.#title = title;
    if (this.#drawn !== null) this.#drawn.title = title;
  }

  giveUp(): void {
    this.#events.emit('end', null);
  }
}
