import type { Readings } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';
import type { Hosts, Keys } from './hosts.ts';

/** A gather that runs or is done, and what it was asked for. */
interface Answers {
  readonly keys: Keys;
  readonly readings: Promise<ReadonlyMap<TopicName, Readings>>;
  /** Topics not handed out yet. */
  readonly waiting: Set<TopicName>;
}

const noKeys: ReadonlySet<string> = new Set();

/**
 * One gather serves all topics of a host.
 *
 * Terraform reads resources that depend on each other one after the other, so waiting a moment for more reads would not
 * bring topics together. The first read of a host therefore asks for everything that the configuration sets there. Each
 * topic is handed out once, so a second read of a topic asks the host again.
 */
export class HostReader {
  readonly #hosts: Hosts;
  readonly #configured: ReadonlyMap<string, Keys>;
  readonly #answers = new Map<string, Answers>();

  constructor(hosts: Hosts, configured: ReadonlyMap<string, Keys>) {
    this.#hosts = hosts;
    this.#configured = configured;
  }

  /** Returns the readings of these keys, and of those that the configuration sets in the topic. */
  async read(host: string, topic: TopicName, keys: ReadonlySet<string>): Promise<Readings> {
    const held = this.#answers.get(host);
    const answers =
      held?.waiting.has(topic) && covers(held.keys.get(topic), keys) ? held : this.#ask(host, topic, keys);
    answers.waiting.delete(topic);
    return (await answers.readings).get(topic) ?? new Map();
  }

  /** Call before the host is changed: what was read of it is then no longer true. */
  forget(host: string): void {
    this.#answers.delete(host);
  }

  #ask(host: string, topic: TopicName, wanted: ReadonlySet<string>): Answers {
    const configured = this.#configured.get(host) ?? new Map();
    const keys = new Map([...configured, [topic, new Set([...(configured.get(topic) ?? noKeys), ...wanted])]]);
    const answers = { keys, readings: this.#hosts.gather(host, keys), waiting: new Set(keys.keys()) };
    this.#answers.set(host, answers);
    return answers;
  }
}

const covers = (asked: ReadonlySet<string> = noKeys, keys: ReadonlySet<string>): boolean =>
  [...keys].every((key) => asked.has(key));
