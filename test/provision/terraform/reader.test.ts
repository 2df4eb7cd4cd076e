import { describe, expect, it } from 'vitest';
import { type Reading, value } from '../../../provision/engine/setting.ts';
import type { TopicName } from '../../../provision/engine/topic.ts';
import type { Hosts, Keys } from '../../../provision/terraform/hosts.ts';
import { HostReader } from '../../../provision/terraform/reader.ts';

/** Answers each key with the number of the gather. */
class CountingHosts implements Hosts {
  readonly gathers: string[] = [];
  failure: Error | null = null;

  async gather(host: string, keys: Keys) {
    this.gathers.push(`${host}: ${[...keys].map(([topic, asked]) => `${topic} ${[...asked].join(' ')}`).join(', ')}`);
    if (this.failure !== null) throw this.failure;
    const count = value(String(this.gathers.length));
    return new Map(
      [...keys].map(([topic, asked]) => [topic, new Map([...asked].map((key): [string, Reading] => [key, count]))]),
    );
  }

  foresee(): Promise<never> {
    throw new Error('a reader foresees nothing');
  }

  converge(): Promise<never> {
    throw new Error('a reader changes nothing');
  }

  async close(): Promise<void> {}
}

const configured = new Map<string, Keys>([
  [
    'forge',
    new Map<TopicName, ReadonlySet<string>>([
      ['packages', new Set(['p'])],
      ['kernel', new Set(['k', 'l'])],
    ]),
  ],
]);

describe('reading hosts for Terraform', () => {
  const setup = () => {
    const hosts = new CountingHosts();
    return { hosts, reader: new HostReader(hosts, configured) };
  };

  it('asks for all that the configuration sets on the host at the first read, and hands it out topic by topic', async () => {
    const { hosts, reader } = setup();
    await reader.read('forge', 'packages', new Set(['p']));
    const kernel = await reader.read('forge', 'kernel', new Set(['k']));
    expect(hosts.gathers).toEqual(['forge: packages p, kernel k l']);
    expect([...kernel.keys()]).toEqual(['k', 'l']);
  });

  it('joins a gather that is under way', async () => {
    const { hosts, reader } = setup();
    await Promise.all([reader.read('forge', 'packages', new Set()), reader.read('forge', 'kernel', new Set())]);
    expect(hosts.gathers).toHaveLength(1);
  });

  it('asks again for a key of the state that the configuration no longer sets', async () => {
    const { hosts, reader } = setup();
    await reader.read('forge', 'packages', new Set(['p']));
    const kernel = await reader.read('forge', 'kernel', new Set(['k', 'old']));
    expect([...kernel.keys()]).toEqual(['k', 'l', 'old']);
    expect(hosts.gathers).toHaveLength(2);
  });

  it('hands a reading out once, so a second look is a fresh one', async () => {
    const { hosts, reader } = setup();
    await reader.read('forge', 'kernel', new Set(['k']));
    const again = await reader.read('forge', 'kernel', new Set(['k']));
    expect(again.get('k')).toEqual(value('2'));
    expect(hosts.gathers).toHaveLength(2);
  });

  it('trusts nothing that was read before a change', async () => {
    const { reader } = setup();
    await reader.read('forge', 'packages', new Set(['p']));
    reader.forget('forge');
    expect((await reader.read('forge', 'kernel', new Set(['k']))).get('k')).toEqual(value('2'));
  });

  it('reads a host that the configuration says nothing about, such as one to import', async () => {
    const { hosts, reader } = setup();
    await reader.read('anvil', 'kernel', new Set(['k']));
    expect(hosts.gathers).toEqual(['anvil: kernel k']);
  });

  it('gives one failure to all who wait for it and tries again for the next', async () => {
    const { hosts, reader } = setup();
    hosts.failure = new Error('no route');
    const reads = await Promise.allSettled([
      reader.read('forge', 'packages', new Set()),
      reader.read('forge', 'kernel', new Set()),
    ]);
    expect(reads.map((read) => read.status)).toEqual(['rejected', 'rejected']);
    expect(hosts.gathers).toHaveLength(1);
    hosts.failure = null;
    await expect(reader.read('forge', 'kernel', new Set())).resolves.toBeDefined();
  });
});
