import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { looksIn } from '../../benchmarks/queue/answers.ts';
import { type Plan, planFor } from '../../benchmarks/queue/plan.ts';
import { type QueueData, queueSchema } from '../../benchmarks/queue/result.ts';
import { measureQueue } from '../../benchmarks/queue/suite.ts';
import { NotMeasured, type SuiteContext } from '../../benchmarks/suite.ts';
import { HostError } from '../../lib/errors.ts';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { apiFunction } from '../../provision/topics/broker/api.ts';
import { broker as brokerTopic } from '../../provision/topics/broker/topic.ts';
import { docker } from '../../provision/topics/docker/topic.ts';
import { packages } from '../../provision/topics/packages/topic.ts';
import { environmentWith, topicOnHost } from '../support/apply-topic.ts';
import { projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';

const name = 'benchqueue13';
const environment = environmentWith({ name }, { workers: [{ name: 'tick' }] });

/** Small, since what is tested is that the numbers are right, not that they are good. */
const small: Plan = { ...planFor(true), publishMs: 400, rateSeconds: 1, backlog: 4000, lookEveryMs: 50 };
/** So long that it can be ended in the middle. */
const endless: Plan = { ...small, publishMs: 600_000, inFlight: [1], rates: [] };

/** Jobs of the product, which the benchmark must not touch. */
const productJobs = 3;

describe('the queue suite on a host', () => {
  let host: Host;
  let connection: Connection;
  const kept = new Map<string, string>();
  const shown: string[] = [];

  const ask = async (script: string): Promise<string> => (await host.capture(raw(script))).trim();
  const api = async (method: string, path: string, body = ''): Promise<string> =>
    (await host.run(raw(`${apiFunction.script}\nprintf '%s' '${body}' | api ${method} '${path}'`))).stdout;

  function contextOn(measured: Host): SuiteContext {
    const [config] = environment.hosts;
    if (config === undefined) throw new Error('the environment has no host');
    return {
      host: measured,
      config,
      environment,
      root: projectRoot,
      quick: true,
      keep: async (evidence, _, printed) => {
        kept.set(evidence, printed);
      },
      timed: (part, _, work) => {
        shown.push(part);
        return work();
      },
    };
  }

  async function measure(plan: Plan, measured = host): Promise<{ sections: QueueData[]; error: unknown }> {
    const sections: QueueData[] = [];
    shown.length = 0;
    try {
      for await (const section of measureQueue(contextOn(measured), plan)) sections.push(section);
      return { sections, error: null };
    } catch (error) {
      return { sections, error };
    }
  }

  /** All of the benchmark's that a host can have, by name. */
  const traces = (): Promise<string> =>
    ask(`${apiFunction.script}
api GET 'vhosts?columns=name' </dev/null | grep --only-matching jernverk-bench | sed 's/^/vhost /' || :
api GET 'users?columns=name' </dev/null | grep --only-matching jernverk-bench | sed 's/^/user /' || :
docker ps --all --format 'container {{.Names}}'
find /run/jernverk -path '*bench*' -printf 'file %p\\n'`);
  const everything = [
    'vhost jernverk-bench',
    'user jernverk-bench',
    'container jernverk-bench-queue',
    'file /run/jernverk/bench-queue',
    'file /run/jernverk/bench-queue/password',
  ].join('\n');
  /** Waits until the load of a part runs; where all has ended instead, says why. */
  async function underWay(measuring: ReturnType<typeof measure>, part = 'queue/confirmed 1'): Promise<void> {
    let ended: unknown = null;
    void measuring.then(({ error }) => {
      ended = error ?? new Error('the run is over');
    });
    await eventually(async () => {
      if (ended !== null) throw ended;
      return shown.at(-1) === part && (await traces()) === everything;
    });
  }

  /** Keys in which the broker is not as it should be. */
  async function drift(): Promise<string[]> {
    const topic = await topicOnHost(brokerTopic, connection, environment);
    await using _host = topic.host;
    return (await topic.diff()).changes.map(({ key }) => key);
  }

  beforeAll(async () => {
    connection = await bareLabHost(name);
    host = await connect(connection);
  });
  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
  });

  it('a bare host is not measured, and it says what to do', async () => {
    const { sections, error } = await measure(small);
    expect(sections).toEqual([]);
    expect(error).toBeInstanceOf(NotMeasured);
    expect(error).toMatchObject({
      message: expect.stringMatching(/Docker is not running.*run .\/jernverk apply benchqueue13/),
    });
  });

  it('is deployed, with jobs in a queue of the product', async () => {
    for (const topic of [packages, docker, brokerTopic]) {
      const applied = await topicOnHost(topic, connection, environment);
      await applied.converge();
      await applied.host.close();
    }
    const job = JSON.stringify({
      properties: { delivery_mode: 2 },
      routing_key: 'tick',
      payload: 'job',
      payload_encoding: 'string',
    });
    for (let n = 0; n < productJobs; n += 1) await api('POST', 'exchanges/jernverk/amq.default/publish', job);
  });

  it('measures every part, and what went in came out', async () => {
    const { sections, error } = await measure(small);
    expect(error).toBeNull();
    // Two of publishing, one of consuming, two of the time from end to end, one of the backlog.
    expect(
      sections.map(({ publish, consume, endToEnd, drain }) => [
        publish.length,
        consume !== null,
        endToEnd.length,
        drain !== null,
      ]),
    ).toEqual([
      [1, false, 0, false],
      [2, false, 0, false],
      [2, true, 0, false],
      [2, true, 1, false],
      [2, true, 2, false],
      [2, true, 2, true],
    ]);
    const data = queueSchema.parse(sections.at(-1));
    expect(data.broker).toMatch(/^RabbitMQ 4\.0\./);
    expect(data.publish.map(({ inFlight }) => inFlight)).toEqual([1, 256]);
    for (const { jobs, duration_ms } of data.publish) {
      expect(jobs).toBeGreaterThan(0);
      expect(duration_ms).toBeLessThanOrEqual(small.publishMs);
    }
    expect(data.endToEnd.map(({ offered_per_s, jobs }) => [offered_per_s, jobs])).toEqual([
      [100, 100],
      [500, 500],
    ]);
    expect(data.drain).toMatchObject({ backlog: 4000, fill: { jobs: 4000 }, drain: { jobs: 4000 } });
    expect(shown).toEqual([
      'queue/confirmed 1',
      'queue/confirmed 256',
      'queue/consume',
      'queue/end-to-end-100',
      'queue/end-to-end-500',
      'queue/drain',
    ]);
  });

  it('the looks at the backlog add up to it, on one time axis, with the broker’s memory and the disk', () => {
    const looks = looksIn(kept.get('queue/backlog.jsonl') ?? '');
    const filled = looks.filter(({ phase }) => phase === 'fill').at(-1);
    expect(looks[0]).toMatchObject({ phase: 'fill', waiting: 0, confirmed: 0 });
    expect(filled).toMatchObject({ confirmed: 4000, consumed: 0 });
    expect(looks.at(-1)).toMatchObject({ phase: 'drain', confirmed: 4000, consumed: 4000 });
    expect(looks.map(({ at_ms }) => at_ms)).toEqual(looks.map(({ at_ms }) => at_ms).toSorted((a, b) => a - b));
    for (const { memory } of looks) expect(memory).toMatch(/^VmRSS:\s+\d+ kB$/);
    for (const { disk } of looks) expect(disk).toMatch(/^\s*\d+\s+\d+ \S+( \d+){15,}$/);
  });

  it('leaves nothing on the host, and the product’s jobs where they were', async () => {
    expect(await traces()).toBe('');
    expect(await ask(`rm /run/jernverk-bench-queue.lock && ls /run | grep bench || :`)).toBe('');
    await productJobsAreThere();
  });

  it('shows its password to nobody: not in arguments, evidence or logs', async () => {
    const measuring = measure(endless);
    await underWay(measuring);
    const password = await ask('cat /run/jernverk/bench-queue/password');
    expect(password).toHaveLength(43);
    expect(await ask(`stat -c '%a %u:%g' /run/jernverk/bench-queue /run/jernverk/bench-queue/password`)).toBe(
      '700 10001:10001\n400 10001:10001',
    );
    const arguments_ = await ask(`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'`);
    expect(arguments_).toContain('jernverk-bench-queue');
    expect(arguments_).not.toContain(password);
    expect(await ask('journalctl --quiet --output=cat; cat /var/log/rabbitmq/*')).not.toContain(password);
    await host.run(raw('docker kill jernverk-bench-queue'));
    await measuring;
    expect([...kept.values()].join('\n')).not.toContain(password);
  });

  it('a load program that is killed leaves what was measured before, and nothing on the host', async () => {
    const plan = { ...small, rates: [100], rateSeconds: 3600 };
    const measuring = measure(plan);
    await underWay(measuring, 'queue/end-to-end-100');
    await host.run(raw('docker kill jernverk-bench-queue'));
    const { sections, error } = await measuring;
    expect(error).toBeInstanceOf(Error);
    expect(sections.at(-1)).toMatchObject({ consume: { prefetch: 100 }, endToEnd: [], drain: null });
    expect(await traces()).toBe('');
  });

  it('an operator’s machine that dies takes the benchmark with it', async () => {
    const operator = await connect(connection);
    const measuring = measure(endless, operator);
    await underWay(measuring);
    await operator.close();
    expect((await measuring).error).toBeInstanceOf(HostError);
    await eventually(async () => (await traces()) === '');
  });

  it('a second run waits for its turn', async () => {
    const first = measure(endless);
    await underWay(first);
    const second = await measure(small);
    expect(second.error).toBeInstanceOf(NotMeasured);
    expect(second.error).toMatchObject({ message: expect.stringContaining('another run is measuring its queue') });
    expect(await traces()).toBe(everything);
    await host.run(raw('docker kill jernverk-bench-queue'));
    await first;
  });

  it('is no drift while it runs; what a run that died left is, and the next run takes it away', async () => {
    const first = measure(endless);
    await underWay(first);
    expect(await drift()).toEqual([]);
    // Neither the program that holds the room nor the one on the operator's machine cleans up.
    await host.run(raw(`pkill -KILL --full '^bash --norc -euc exec 9>>/run/jernverk-bench-queue.lock'`));
    expect(await traces()).toBe(everything);
    expect(await drift()).toEqual(['user/jernverk-bench', 'vhost/jernverk-bench']);
    const { sections, error } = await measure({ ...small, rates: [], backlog: 500 });
    expect(error).toBeNull();
    expect(sections.at(-1)).toMatchObject({ drain: { drain: { jobs: 500 } } });
    expect((await first).error).toBeInstanceOf(Error);
    expect(await traces()).toBe('');
  });

  it('stops at an alarm of the broker', async () => {
    const measuring = measure(endless);
    await underWay(measuring);
    await host.run(raw('rabbitmqctl --quiet set_vm_memory_high_watermark 0.001 </dev/null'));
    const { error } = await measuring;
    await host.run(raw('rabbitmqctl --quiet set_vm_memory_high_watermark 0.4 </dev/null'));
    expect(error).toBeInstanceOf(NotMeasured);
    expect(error).toMatchObject({ message: expect.stringContaining('low on memory') });
    expect(await traces()).toBe('');
  });

  it('the product’s jobs have been left alone by all of it', async () => {
    await productJobsAreThere();
  });

  /** The broker's count lags. A job that was lost would never count. */
  const productJobsAreThere = () =>
    eventually(async () => {
      const path = 'queues/jernverk/tick?disable_stats=true&enable_queue_totals=true';
      const { messages }: { messages: number } = JSON.parse(await api('GET', path));
      return messages === productJobs;
    });
});
