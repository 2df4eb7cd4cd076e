import { existsSync } from 'node:fs';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Reading, type Readings, type Settings, value } from '../../../../provision/engine/setting.ts';
import type { TopicName } from '../../../../provision/engine/topic.ts';
import type { Convergence, Hosts, Keys, ProviderConfig } from '../../../../provision/terraform/hosts.ts';
import { serve } from '../../../../provision/terraform/serve.ts';

/**
 * The provider as Terraform runs it, with hosts that are JSON files in `root`: `<host>.json` = topic → key → text.
 * A text that begins with `!` scripts a fault: `!unknown REASON`, `!not applicable REASON`. A missing file is a host
 * that cannot be reached. `<host>.faults.json` = topic → error makes a change of that topic fail after its first
 * setting. `<host>.foreseen.json` = key → text is what a plan hears. While `<host>.hold` exists, changes wait. Each round trip is a line in `<host>.log`.
 */
class FileHosts implements Hosts {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async gather(host: string, keys: Keys): Promise<ReadonlyMap<TopicName, Readings>> {
    await this.#log(host, `gather ${[...keys.keys()].join(' ')}`);
    const content = await this.#load(host);
    return new Map([...keys].map(([topic, asked]) => [topic, readings(content[topic] ?? {}, asked)]));
  }

  async foresee(host: string, topic: TopicName, wanted: Settings): Promise<Readings> {
    await this.#log(host, `foresee ${topic}`);
    const foreseen = await readJson<Record<string, string>>(join(this.#root, `${host}.foreseen.json`));
    return readings(foreseen, new Set(wanted.keys()));
  }

  async converge(host: string, topic: TopicName, wanted: Settings): Promise<Convergence> {
    await this.#log(host, `converge ${topic}`);
    await this.#held(host);
    const content = await this.#load(host);
    const noFaults: Record<string, string> = {};
    const faults = await readJson<Record<string, string>>(join(this.#root, `${host}.faults.json`)).catch(
      () => noFaults,
    );
    const error = faults[topic] ?? null;
    const kept = Object.entries(content[topic] ?? {}).filter(([, text]) => text.startsWith('!'));
    const done = [...wanted].filter(([key]) => !kept.some(([other]) => other === key));
    const reached = error === null ? done : done.slice(0, 1);
    const before = error === null ? kept : Object.entries(content[topic] ?? {});
    await this.#save(host, { ...content, [topic]: Object.fromEntries([...before, ...reached]) });
    const elsewhere = kept.map(([key, text]) => ({ key, reason: text.slice('!not applicable '.length) }));
    return { error, notApplicable: elsewhere, notices: [] };
  }

  async close(): Promise<void> {}

  async #held(host: string): Promise<void> {
    while (existsSync(join(this.#root, `${host}.hold`))) await setTimeout(20);
  }

  async #load(host: string): Promise<Record<string, Record<string, string>>> {
    const file = join(this.#root, `${host}.json`);
    return readJson<Record<string, Record<string, string>>>(file).catch((error: unknown) => {
      throw Object.assign(new Error(`could not reach ${host}`, { cause: error }), { hint: 'is the host up?' });
    });
  }

  async #save(host: string, content: object): Promise<void> {
    const file = join(this.#root, `${host}.json`);
    await writeFile(`${file}.new`, JSON.stringify(content));
    await rename(`${file}.new`, file);
  }

  #log(host: string, line: string): Promise<void> {
    return appendFile(join(this.#root, `${host}.log`), `${line}\n`);
  }
}

function readings(content: Readonly<Record<string, string>>, asked: ReadonlySet<string>): Readings {
  const keys = new Set([...asked, ...Object.keys(content)]);
  return new Map([...keys].map((key): [string, Reading] => [key, reading(content[key])]));
}

function reading(text: string | undefined): Reading {
  if (text === undefined) return { kind: 'absent' };
  const [, kind, reason = ''] = /^!(unknown|not applicable) (.*)$/.exec(text) ?? [];
  if (kind === 'unknown' || kind === 'not applicable') return { kind, reason };
  return value(text);
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8'));
}

await serve(async ({ root }: ProviderConfig) => new FileHosts(root));
