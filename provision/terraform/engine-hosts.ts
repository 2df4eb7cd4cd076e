import { userInfo } from 'node:os';
import { repeatEnvironment } from '../../lib/own-command.ts';
import { note } from '../../lib/terminal.ts';
import { openBlob } from '../../platform/build/blobs.ts';
import { converge } from '../engine/apply.ts';
import type { ApplyEvent } from '../engine/events.ts';
import { gather, type TopicWanted } from '../engine/gather.ts';
import type { Readings, Settings } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';
import { loadEnvironment } from '../environment/load.ts';
import type { Environment, HostConfig } from '../environment/schema.ts';
import { topics } from '../fleet/topics.ts';
import { connect } from '../ssh/connect.ts';
import { resolveConnection } from '../ssh/connection.ts';
import type { Host } from '../ssh/host.ts';
import { type Lock, lockHost } from '../ssh/lock.ts';
import { Refusal } from './diagnostics.ts';
import type { Convergence, Hosts, Keys, ProviderConfig } from './hosts.ts';

export async function openEngineHosts({ environment, root }: ProviderConfig): Promise<Hosts> {
  repeatEnvironment(environment);
  return new EngineHosts(await loadEnvironment(environment, root), root);
}

/** The real hosts of an environment, with one connection each, opened when it is first needed. */
class EngineHosts implements Hosts {
  readonly #environment: Environment;
  readonly #root: string;
  readonly #connections = new Map<string, Promise<Host>>();
  readonly #locks = new Map<string, Promise<Lock>>();

  constructor(environment: Environment, root: string) {
    this.#environment = environment;
    this.#root = root;
  }

  async gather(name: string, keys: Keys): Promise<ReadonlyMap<TopicName, Readings>> {
    const asked = [...keys].map(([topic, known]) => topicWanted(topic, new Map(), known));
    return gather(await this.#connection(name), asked);
  }

  async foresee(name: string, topic: TopicName, wanted: Settings): Promise<Readings> {
    const asked = topicWanted(topic, wanted, new Set());
    return (await gather(await this.#connection(name), [asked])).get(topic) ?? new Map();
  }

  async converge(name: string, topic: TopicName, wanted: Settings, owned: ReadonlySet<string>): Promise<Convergence> {
    const { host } = await this.#lock(await this.#connection(name));
    const asked = topicWanted(topic, wanted, owned);
    const observe = async (): Promise<Readings> => (await gather(host, [asked])).get(topic) ?? new Map();
    const context = {
      host,
      reconnect: () => this.#connect(name),
      openBlob: (digest: string) => openBlob(this.#root, digest),
      emit: log,
    };
    const { error, diff } = await converge(context, asked, await observe(), observe);
    return { error, notApplicable: diff.notApplicable, notices: diff.notices };
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#locks.values()].map(async (lock) => (await lock)[Symbol.asyncDispose]()));
    await Promise.allSettled([...this.#connections.values()].map(async (host) => (await host)[Symbol.asyncDispose]()));
  }

  #connection(name: string): Promise<Host> {
    return remembered(this.#connections, name, () => this.#connect(name));
  }

  /** Held until Terraform ends the provider, so that nobody else changes the host between two topics of one apply. */
  #lock(host: Host): Promise<Lock> {
    const holder = { who: userInfo().username, purpose: 'terraform apply', since: new Date() };
    const onWait = (message: string): void => note(`[WARN] ${message}`);
    return remembered(this.#locks, host.name, () => lockHost(host, holder, onWait));
  }

  async #connect(name: string): Promise<Host> {
    return connect(await resolveConnection(this.#config(name), this.#root));
  }

  #config(name: string): HostConfig {
    const config = this.#environment.hosts.find((host) => host.name === name);
    if (config !== undefined) return config;
    const names = this.#environment.hosts.map((host) => host.name).join(', ');
    throw new Refusal({
      summary: `${name}: no such host in the environment ${this.#environment.name}`,
      detail: `Its hosts are ${names}. To forget a host that is gone, use: terraform state rm ADDRESS`,
      path: ['host'],
    });
  }
}

const topicWanted = (topic: TopicName, wanted: Settings, known: ReadonlySet<string>): TopicWanted => ({
  topic: topics[topic],
  wanted,
  known: [...known],
});

/** Everyone who asks during an attempt shares it. A failed attempt is not kept. */
function remembered<T>(made: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const held = made.get(name);
  if (held !== undefined) return held;
  const fresh = make();
  made.set(name, fresh);
  fresh.catch(() => made.delete(name));
  return fresh;
}

/** Terraform copies standard error to its log (TF_LOG_PROVIDER=info). */
function log(event: ApplyEvent): void {
  if (event.kind === 'step started') note(`[INFO] ${event.host}: ${event.topic}: ${event.title}`);
  if (event.kind === 'step output') note(`[DEBUG] ${event.host}: ${event.topic}: ${event.line}`);
  if (event.kind === 'step finished') {
    note(`[INFO] ${event.host}: ${event.topic}: ${event.title}: ${Math.round(event.milliseconds)} ms`);
  }
}
