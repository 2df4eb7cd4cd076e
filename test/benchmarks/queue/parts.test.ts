import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillAndDrain } from '../../../benchmarks/queue/parts.ts';
import { planFor } from '../../../benchmarks/queue/plan.ts';
import type { QueueData } from '../../../benchmarks/queue/result.ts';
import { HostError } from '../../../lib/errors.ts';
import type { Command } from '../../../lib/shell.ts';
import type { Output, RunOptions } from '../../../provision/ssh/host.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { LocalHost } from '../../support/local-host.ts';

const fixture = join(import.meta.dirname, '../../fixtures/benchmarks/queue/backlog-20000-debian13-nspawn.jsonl');
const printed = readFileSync(fixture, 'utf8').trimEnd().split('\n');

/** Says what a real load program said, up to a line, and is gone then; with all lines it ends as that program did. */
class DyingHost extends LocalHost {
  readonly lines: number;
  constructor(lines: number) {
    super();
    this.lines = lines;
  }
  override async run(_: Command, { onLine }: RunOptions = {}): Promise<Output> {
    for (const line of printed.slice(0, this.lines)) onLine?.(line);
    if (this.lines < printed.length) throw new HostError('HOST_LOST', 'the connection is gone');
    return { stdout: '', stderr: '' };
  }
}

const known: QueueData = { broker: '', payload_bytes: 1024, publish: [], consume: null, endToEnd: [], drain: null };

async function drain(lines: number): Promise<{ drains: QueueData['drain'][]; error: unknown }> {
  const environment = environmentWith();
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('no host');
  const context = {
    ...{ host: new DyingHost(lines), config, environment, root: '/', quick: true },
    keep: async () => undefined,
    timed: <Value>(_name: string, _seconds: number, work: () => Promise<Value>) => work(),
  };
  const programs = { publish: '', consume: '', latency: '', backlog: '' };
  const ready = { image: 'jernverk/base', brokerPid: 1, device: null };
  const drains: QueueData['drain'][] = [];
  try {
    for await (const found of fillAndDrain({ context, programs, ready, plan: planFor(true) }, known))
      drains.push(found);
    return { drains, error: null };
  } catch (error) {
    return { drains, error };
  }
}

it('a drain that came to its end is whole', async () => {
  const { drains, error } = await drain(printed.length);
  expect(error).toBeNull();
  expect(drains).toMatchObject([{ backlog: 20_000, drain: { jobs: 20_000 } }]);
  expect(drains[0]?.partial).toBeUndefined();
});

it('a host that dies while it drains leaves what was drained until then, and is still an error', async () => {
  const { drains, error } = await drain(16);
  expect(drains).toMatchObject([{ partial: true, drain: { jobs: 11_218 } }]);
  expect(error).toBeInstanceOf(HostError);
});

it('a host that dies while it fills leaves no drain', async () => {
  const { drains, error } = await drain(8);
  expect(drains).toEqual([]);
  expect(error).toBeInstanceOf(HostError);
});
