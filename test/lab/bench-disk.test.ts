import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSchema } from '../../benchmarks/cpu/result.ts';
import { cpu } from '../../benchmarks/cpu/suite.ts';
import { cpuVerdicts } from '../../benchmarks/cpu/verdict.ts';
import { startWatch, type Watch } from '../../benchmarks/cpu/watch.ts';
import { openFolder } from '../../benchmarks/disk/folder.ts';
import { type DiskData, diskSchema } from '../../benchmarks/disk/result.ts';
import { disk } from '../../benchmarks/disk/suite.ts';
import { diskVerdicts } from '../../benchmarks/disk/verdict.ts';
import { NotMeasured, type RunContext } from '../../benchmarks/suite.ts';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { forgetStarved, starve } from '../support/starve.ts';

const name = 'bench-disk-test';
const limits = { fdatasync_ms: 10, powerLossProtection: true };

describe('the disk and the processors of a host', () => {
  let connection: Connection;
  let host: Host;
  const kept = new Map<string, string>();

  const leftovers = (): Promise<string> =>
    host.capture(raw('find /var/lib -maxdepth 2 -name "jernverk-bench.*" 2>/dev/null'));

  /** A quick run; `timed` is where a test does something to the host meanwhile. */
  function quickly(timed: RunContext['timed'] = (_, __, work) => work(), watch?: Watch): RunContext {
    const environment = environmentWith({}, { benchmarks: { powerLossProtection: true } });
    const [config] = environment.hosts;
    if (config === undefined) throw new Error('no host');
    const keep = async (piece: string, _: string, text: string): Promise<void> => {
      kept.set(piece, text);
    };
    return {
      host,
      config,
      environment,
      root: projectRoot,
      quick: true,
      keep,
      timed,
      watched: watch?.samples ?? (() => []),
    };
  }

  beforeAll(async () => {
    connection = await bareLabHost(name);
    host = await connect(connection);
  });

  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
    await forgetStarved(name);
  });

  it('a host without fio is not measured, and told what to do', async () => {
    await expect(disk.measure(quickly()).next()).rejects.toThrow(/fio is missing: install Debian's package fio/);
    await host.run(
      raw('apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install fio'),
    );
  });

  it('memory is refused as a disk', async () => {
    await host.run(raw('mkdir /var/lib/rabbitmq && mount -t tmpfs none /var/lib/rabbitmq'));
    const refused = disk.measure(quickly()).next();
    await expect(refused).rejects.toBeInstanceOf(NotMeasured);
    await expect(refused).rejects.toThrow('/var/lib/rabbitmq is on tmpfs, which is not a disk');
    await host.run(raw('umount /var/lib/rabbitmq'));
  });

  it('a slow disk is measured, called bad in words of the workload, and left as it was', async () => {
    let last: DiskData | undefined;
    const context = quickly(async (piece, _, work) => {
      await starve(name, { cpu: null, writes_per_s: piece.startsWith('disk/wal-append') ? 50 : null });
      return await work();
    });
    for await (const data of disk.measure(context)) {
      last = diskSchema.parse(data);
      expect(await leftovers()).toMatch('/var/lib/rabbitmq/jernverk-bench.');
    }
    expect(last?.windows.map(({ job }) => job)).toEqual(['wal-append', 'randwrite-1', 'randwrite-flush', 'randread-1']);
    expect(last).toMatchObject({ directory: '/var/lib/rabbitmq', device: expect.stringMatching(/^\/dev\//) });
    expect(last?.flush).not.toBeNull();
    const verdicts = diskVerdicts(last ?? null, limits);
    expect(verdicts.find(({ id }) => id === 'disk/wal-append')).toMatchObject({
      level: 'bad',
      words: expect.stringMatching(/^fdatasync p99 \d+ ms: about [\d,]+ confirmed jobs\/s from one publisher/),
    });
    expect(kept.get('disk/wal-append-1')).toContain('"fio version"');
    expect(await leftovers()).toBe('');
  });

  it('a fio that dies costs its own window only, and what it wrote is gone when nobody goes on', async () => {
    const measuring = disk.measure(
      quickly(async (piece, _, work) => {
        const working = work();
        if (piece === 'disk/wal-append 1') {
          await eventually(() => host.test(raw('pkill -KILL -x fio')));
        }
        return await working;
      }),
    );
    const first = await measuring.next();
    expect(first.value).toMatchObject({ windows: [], flush: null });
    expect(kept.get('disk/wal-append-1')).toContain('fio ended with 137');
    expect((await measuring.next()).value).toMatchObject({ windows: [{ job: 'randwrite-1' }] });
    await measuring.return();
    expect(await leftovers()).toBe('');
  });

  it('a second run waits its turn, and one that died leaves nothing', async () => {
    await host.run(raw('mkdir /var/lib/jernverk-bench.dead && echo x > /var/lib/jernverk-bench.dead/data'));
    {
      await using folder = await openFolder(host, '/var/lib');
      expect(await leftovers()).toBe(`${folder.path}\n`);
      await expect(openFolder(host, '/var/lib')).rejects.toThrow(/another benchmark is running on bench-disk-test/);
    }
    expect(await leftovers()).toBe('');
  });

  it('the host takes the folder away by itself where the connection is lost', async () => {
    const other = await connect(connection);
    await openFolder(other, '/var/lib');
    await other.close();
    await eventually(async () => (await leftovers()) === '');
  });

  it('a processor that is taken away shows in the gap probe, although no steal is told', async () => {
    await starve(name, { cpu: 0.2, writes_per_s: null });
    const watch = startWatch(host);
    const found = [];
    for await (const data of cpu.measure(quickly(undefined, watch))) found.push(cpuSchema.parse(data));
    await watch.stop();
    await starve(name, { cpu: null, writes_per_s: null });
    const last = found.at(-1);
    expect(found).toHaveLength(2);
    expect(last?.samples.length).toBeGreaterThan(2);
    expect(cpuVerdicts(last ?? null, 0.05).find(({ id }) => id === 'cpu/gaps')).toMatchObject({
      level: 'bad',
      words: expect.stringMatching(/a program that needs processor \d for itself loses [\d.]+ % of its time/),
    });
  });
});
