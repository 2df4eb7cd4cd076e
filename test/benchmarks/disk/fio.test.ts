import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFio, parseRates, windowOf } from '../../../benchmarks/disk/fio.ts';
import { type DiskJob, diskJobs } from '../../../benchmarks/disk/jobs.ts';
import { type DiskJobName, type DiskWindow, diskWindowSchema } from '../../../benchmarks/disk/result.ts';

const folder = join(import.meta.dirname, '../../fixtures/benchmarks/disk');
const fixture = (name: string): string => readFileSync(join(folder, name), 'utf8');
const startedAt = new Date('2026-11-23T12:00:00Z');

function jobNamed(name: DiskJobName, measured?: string): DiskJob {
  const job = diskJobs(false).find((one) => one.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  return { ...job, measured: measured ?? job.measured };
}

const read = (file: string, name: DiskJobName, measured?: string): DiskWindow =>
  diskWindowSchema.parse(windowOf(jobNamed(name, measured), parseFio(fixture(file)), 1, startedAt));

it('the rates over time come after the JSON, which is read as before', () => {
  const log = 'rate 100, 4810, 1, 4096, 0, 0\nrate 200, 5120, 1, 4096, 0, 0\n';
  const text = `${fixture('fio-3.39-wal-append.json')}${log}`;
  expect(parseRates(text)).toEqual([4810, 5120]);
  expect(parseFio(text)).toEqual(parseFio(fixture('fio-3.39-wal-append.json')));
});

describe('fio 3.33', () => {
  it('takes the time of fdatasync from the object that has it, and its count from there too', () => {
    const window = read('fio-3.33-fdatasync-plus.json', 'wal-append', 'wal');
    expect(window.fio).toBe('fio-3.33');
    // The write alone is 15 times faster: its object leaves the fdatasync out.
    expect(window.sync).toMatchObject({ samples: 50_122, p99_ns: 464_896 });
    expect(window.write?.latency?.p99_ns).toBeLessThan(40_000);
    expect(window.read).toBeNull();
  });

  it('has no latency where gtod_reduce left zeros', () => {
    const window = read('fio-3.33-gtod_reduce.json', 'yabs-4k', 'gt');
    expect(window.read?.iops).toBe(6722.222222);
    expect(window.read?.latency).toBeNull();
    expect(window.sync).toBeNull();
  });

  it('reads a job with a queue', () => {
    const window = read('fio-3.33-libaio-ramp.json', 'randwrite-64', 'n2');
    expect(window.write?.latency?.samples).toBeGreaterThan(0);
    expect(window.write?.latency?.p99_ns).not.toBeNull();
  });
});

describe('fio 3.39', () => {
  it('reads an append with steady state asked for and not attained', () => {
    const window = read('fio-3.39-wal-append.json', 'wal-append');
    expect(window).toMatchObject({ fio: 'fio-3.39', fileMode: 'append', runtime_ms: 4001, read: null });
    expect(window.sync?.samples).toBe(15_710);
    expect(window.steadyState).toEqual({ attained: false, criterion: 'iops_slope:0.300000%' });
  });

  it('reads steady state attained', () => {
    expect(read('fio-3.39-steady.json', 'wal-append').steadyState?.attained).toBe(true);
  });

  it('measures the log and not its neighbours', () => {
    const output = parseFio(fixture('fio-3.39-wal-contended.json'));
    expect(output.jobs.map(({ jobname }) => jobname)).toEqual(['wal-contended', 'reader', 'segments']);
    expect(read('fio-3.39-wal-contended.json', 'wal-contended')).toMatchObject({ read: null, sync: { samples: 5536 } });
  });

  it('reads both directions of a mixed job', () => {
    const window = read('fio-3.39-yabs.json', 'yabs-4k');
    expect([window.read?.latency?.samples, window.write?.latency?.samples]).toEqual([65_369, 65_703]);
  });

  it('reads etcd’s line, which asks for no percentiles of its own', () => {
    expect(read('fio-3.39-etcd.json', 'etcd').sync).toMatchObject({ samples: 10_029, p95_ns: expect.any(Number) });
  });

  it('reads what fio has when its time is up', () => {
    const text = fixture('fio-3.39-interrupted.txt');
    expect(text).toMatch(/terminating on signal 2[\s\S]*fio ended with 124/);
    expect(read('fio-3.39-interrupted.txt', 'etcd').sync?.samples).toBeGreaterThan(1000);
  });

  it('reads past the notes before the JSON', () => {
    const text = fixture('fio-3.39-note-before-json.txt');
    expect(text).toMatch(/^note: /);
    expect(parseFio(text).jobs[0]?.jobname).toBe('note');
  });
});

describe('a fio that fails', () => {
  it('says what fio said where there is no JSON', () => {
    expect(() => parseFio(fixture('fio-3.39-unknown-engine.txt'))).toThrow(
      /engine nonsense not loadable.*ended with 1/,
    );
  });

  it('is an error where a job met one, although there are figures', () => {
    const output = parseFio(fixture('fio-3.39-no-space.txt'));
    expect(() => windowOf(jobNamed('wal-append'), output, 1, startedAt)).toThrow(/wal-append met error number 28/);
  });

  it.each(['', '{\n  "fio version" : "fio-3.39",\n', '{\n}\n'])('is an error on %j', (text) => {
    expect(() => parseFio(text)).toThrow(/fio/);
  });
});
