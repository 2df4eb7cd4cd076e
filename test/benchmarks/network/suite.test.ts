import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paceOf } from '../../../benchmarks/network/probe.ts';
import { type NetworkData, networkSchema } from '../../../benchmarks/network/result.ts';
import { networkSuite } from '../../../benchmarks/network/suite.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';
import { HostError } from '../../../lib/errors.ts';
import type { Command } from '../../../lib/shell.ts';
import type { Output, RunOptions } from '../../../provision/ssh/host.ts';
import { LocalHost } from '../../support/local-host.ts';
import { fixture } from '../../support/topic-fixtures.ts';
import { contextWith } from './context.ts';
import { tcpServer } from './servers.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-targets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const target = (name: string, host: string, port: number): object => ({
  name,
  city: 'Oslo',
  operator: 'somebody',
  protocol: 'tcp',
  host,
  port,
});

/** A run on a host: every section it yields, what it threw in the end, and its evidence. */
async function run(host: LocalHost, ...targets: readonly object[]) {
  const file = join(folder, 'targets.yaml');
  await writeFile(file, JSON.stringify({ targets }));
  const context = contextWith(host, { targets: file });
  const sections: NetworkData[] = [];
  let error: unknown = null;
  try {
    for await (const part of networkSuite.measure(context)) sections.push(part);
  } catch (thrown) {
    error = thrown;
  }
  return { sections, error, kept: context.kept };
}

it('a run on a real machine fits the result’s schema and keeps what was said as it was', async () => {
  const server = await tcpServer();
  const { sections, error, kept } = await run(new LocalHost(), target('here', '127.0.0.1', server.port));
  await server.close();
  expect(error).toBeNull();
  const data = networkSchema.parse(sections.at(-1));
  expect(data.roundTrips[0]).toMatchObject({
    target: 'here',
    address: '127.0.0.1',
    sent: 8,
    answered: 8,
    clock: 'kernel',
  });
  expect(data.exchangeCity).toBe('Oslo');
  expect(kept.get('network/round-trips.txt')).toMatch(/^0\ttcp\tESTAB .* ino:\d+ .*\brtt:/m);
});

/** Says a part of what a real host said, and is gone. */
class DyingHost extends LocalHost {
  attempts = 0;
  override async run(_: Command, { onLine }: RunOptions = {}): Promise<Output> {
    this.attempts += 1;
    for (const line of fixture('benchmarks/network/way-13/round-trips.txt').split('\n').slice(0, 4)) onLine?.(line);
    throw new HostError('HOST_LOST', 'the connection was lost');
  }
}

it('a host that dies in the middle leaves what it had measured, and its end is told', async () => {
  const host = new DyingHost();
  const { sections, error, kept } = await run(host, target('far', '127.0.0.1', 22), target('other', '127.0.0.2', 22));
  expect(error).toBeInstanceOf(HostError);
  expect(host.attempts).toBe(1);
  expect(sections).toHaveLength(1);
  expect(sections[0]?.roundTrips).toMatchObject([
    { sent: 3, answered: 3 },
    { sent: 1, answered: 0, loss: 1 },
  ]);
  expect(sections[0]?.pathsReason).toBe('not measured yet');
  expect(kept.get('network/round-trips.txt')?.trim().split('\n')).toHaveLength(4);
});

it('without ss nothing is asked, and what to install is said', async () => {
  class BareHost extends LocalHost {
    override async capture(): Promise<string> {
      return 'missing ss\n';
    }
  }
  const host = new BareHost();
  const { sections, error } = await run(host, target('here', '127.0.0.1', 22));
  expect(error).toBeInstanceOf(NotMeasured);
  expect(error).toMatchObject({ message: 'round trips need iproute2: run apt-get install iproute2' });
  expect([sections, host.ran]).toEqual([[], []]);
});

it('a name that becomes an address which must not be asked is not asked, with the reason', async () => {
  class MisleadingHost extends LocalHost {
    override async capture(command: Command): Promise<string> {
      return command.script.includes('getent ahosts') ? '0 0 185.1.55.41 STREAM ix.example.no\n' : '';
    }
  }
  const host = new MisleadingHost();
  const { sections, error } = await run(host, target('ix', 'ix.example.no', 80));
  expect([error, host.ran]).toEqual([null, []]);
  expect(sections.at(-1)).toMatchObject({
    roundTrips: [{ address: null, sent: 0, loss: 1, reason: expect.stringContaining('the exchange NIX1') }],
    pathsReason: 'no target has an address',
  });
});

it('a stranger’s server is asked at most once a second, and a few times at most in the quick form', () => {
  expect(paceOf(false)).toMatchObject({ interval_ms: 1000, samples: 25 });
  expect(paceOf(true).interval_ms).toBeGreaterThanOrEqual(200);
  expect(paceOf(true).samples).toBeLessThan(10);
});
