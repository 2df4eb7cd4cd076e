import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type Pace, parseSamples, probeCommand, type Sample } from '../../../benchmarks/network/probe.ts';
import type { Target } from '../../../benchmarks/network/targets.ts';
import { dns, ntp, type Server, tcpServer, udpServer } from './servers.ts';

/** The very probe that runs on hosts, run here by sh against real servers on loopback. */

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(server: Promise<Server>): Promise<Server> {
  const one = await server;
  servers.push(one);
  return one;
}

type Asked = Pick<Target, 'protocol' | 'port'> & { readonly address?: string; readonly zone?: string };

const quick: Pace = { samples: 6, interval_ms: 20, patience: 6 };

/** The samples of each. */
async function probe(asked: readonly Asked[], pace: Pace = quick): Promise<readonly (readonly Sample[])[]> {
  const command = probeCommand(
    asked.map(({ address = '127.0.0.1', zone = null, ...target }) => ({ target: { ...target, zone }, address })),
    pace,
  );
  const child = spawn('sh', ['-euc', command.script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return parseSamples(output, asked.length);
}

const kinds = (samples: readonly Sample[] = []): readonly string[] => samples.map(({ kind }) => kind);
const reasons = (samples: readonly Sample[] = []): readonly string[] =>
  samples.flatMap((sample) => (sample.kind === 'answered' ? [] : [sample.reason]));
const times = (samples: readonly Sample[] = []): readonly number[] =>
  samples.flatMap((sample) => (sample.kind === 'answered' ? (sample.time_ms ?? []) : []));

const later = <Value>(delay_ms: number, value: Value): Promise<Value> =>
  new Promise((resolve) => setTimeout(resolve, delay_ms, value));

describe.each(['127.0.0.1', '::1'])('on %s', (address) => {
  it('every protocol is answered, each sample once, with a time', async () => {
    const tcp = await serve(tcpServer(address));
    const soa = await serve(udpServer(dns('example.no'), address));
    const time = await serve(udpServer(ntp(), address));
    const found = await probe([
      { protocol: 'tcp', port: tcp.port, address },
      { protocol: 'dns', port: soa.port, zone: 'example.no', address },
      { protocol: 'ntp', port: time.port, address },
    ]);
    for (const samples of found) {
      expect(kinds(samples)).toEqual(Array(6).fill('answered'));
      expect(times(samples).every((time_ms) => time_ms > 0)).toBe(true);
    }
    expect([tcp.asked(), soa.asked(), time.asked()]).toEqual([6, 6, 6]);
  });
});

it('the kernel’s time of TCP leaves out what the server’s program takes to accept', async () => {
  const tcp = await serve(tcpServer());
  const [samples] = await probe([{ protocol: 'tcp', port: tcp.port }]);
  expect(Math.min(...times(samples))).toBeLessThan(1);
});

it('a server that takes 20 ms is seen as 20 ms away', async () => {
  const answer = ntp();
  const server = await serve(udpServer((question) => later(20, answer(question))));
  const [samples] = await probe([{ protocol: 'ntp', port: server.port }]);
  expect(Math.min(...times(samples))).toBeGreaterThanOrEqual(19);
  expect(Math.min(...times(samples))).toBeLessThan(100);
});

it('a server that drops every third datagram loses a third', async () => {
  const answer = dns('example.no');
  const server = await serve(udpServer((question, number) => (number % 3 === 0 ? null : answer(question))));
  const [samples] = await probe([{ protocol: 'dns', port: server.port, zone: 'example.no' }]);
  expect(kinds(samples)).toEqual(['answered', 'answered', 'lost', 'answered', 'answered', 'lost']);
  expect(reasons(samples)).toEqual(Array(2).fill('no answer within 1 s'));
});

it('an answer with another number is no answer, nor is the question sent back', async () => {
  const wrong = (question: Buffer): Buffer => {
    const text = dns('example.no')(question);
    text.writeUInt8((text[1] ?? 0) ^ 1, 1);
    return text;
  };
  const other = await serve(udpServer(wrong));
  const mirror = await serve(udpServer((question) => question));
  const zone = 'example.no';
  const found = await probe(
    [
      { protocol: 'dns', port: other.port, zone },
      { protocol: 'dns', port: mirror.port, zone },
      { protocol: 'ntp', port: mirror.port },
    ],
    { ...quick, samples: 2 },
  );
  for (const samples of found) expect(reasons(samples)).toEqual(['wrong answer', 'wrong answer']);
});

it('the numbers of questions differ', async () => {
  const seen = new Set<string>();
  const answer = dns('example.no');
  const server = await serve(
    udpServer((question) => {
      seen.add(question.toString('hex', 0, 2));
      return answer(question);
    }),
  );
  await probe([{ protocol: 'dns', port: server.port, zone: 'example.no' }]);
  expect(seen.size).toBeGreaterThan(3);
});

it('an answer that comes too late is not taken for one to the next question', async () => {
  const answer = ntp();
  const server = await serve(udpServer((question, number) => (number === 1 ? later(1100, answer(question)) : null)));
  const [samples] = await probe([{ protocol: 'ntp', port: server.port }], { ...quick, samples: 2 });
  expect(kinds(samples)).toEqual(['lost', 'lost']);
});

it('what refuses is told from what is silent, and both are given up', async () => {
  const gone = await tcpServer();
  await gone.close();
  const silent = await serve(udpServer(() => null));
  const [tcp, udp, nobody] = await probe(
    [
      { protocol: 'tcp', port: gone.port },
      { protocol: 'ntp', port: gone.port },
      { protocol: 'ntp', port: silent.port },
    ],
    { ...quick, patience: 2 },
  );
  expect(reasons(tcp)).toEqual(['Connection refused', 'Connection refused']);
  expect(reasons(udp)).toEqual(['refused or unreachable', 'refused or unreachable']);
  expect(reasons(nobody)).toEqual(['no answer within 1 s', 'no answer within 1 s']);
  expect(silent.asked()).toBe(2);
});

it('a time server that says go away is not asked again', async () => {
  const server = await serve(udpServer(ntp(0)));
  const [samples] = await probe([{ protocol: 'ntp', port: server.port }]);
  expect(reasons(samples)).toEqual(['the server asked not to be asked (NTP kiss of death)']);
  expect(server.asked()).toBe(1);
});

it('a time server of any stratum is understood, also one that is not in step', async () => {
  // 1 is special to bash, 10 ends a line; the first two bits are set where the server is not in step.
  const answer = ntp(1);
  const strata = [1, 2, 10, 15, 16, 127];
  const server = await serve(
    udpServer((question, number) => {
      const text = answer(question);
      text.writeUInt8(number % 2 === 0 ? 0xe4 : 0x24, 0);
      text.writeUInt8(strata[number - 1] ?? 1, 1);
      return text;
    }),
  );
  const [samples] = await probe([{ protocol: 'ntp', port: server.port }]);
  expect(kinds(samples)).toEqual(Array(6).fill('answered'));
  expect(Math.max(...times(samples))).toBeLessThan(900);
});

it('two questions are never closer than the interval, also after a late answer', async () => {
  const at: number[] = [];
  const answer = ntp();
  const server = await serve(
    udpServer((question, number) => {
      at.push(performance.now());
      return number === 1 ? later(700, answer(question)) : answer(question);
    }),
  );
  await probe([{ protocol: 'ntp', port: server.port }], { ...quick, interval_ms: 200 });
  const between = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(between).toHaveLength(5);
  // The median: what a busy machine adds to one question's way is missing from the interval after it.
  expect(between.toSorted((a, b) => a - b)[2]).toBeGreaterThan(150);
});
