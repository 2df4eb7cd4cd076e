import { describe, expect, it } from 'vitest';
import { jobCommand } from '../../../benchmarks/disk/commands.ts';
import { diskJobs, neededBytes } from '../../../benchmarks/disk/jobs.ts';

const lineOf = (name: string, quick = false): string =>
  diskJobs(quick)
    .find((job) => job.name === name)
    ?.arguments.join(' ') ?? '';

describe('the jobs of the disk suite', () => {
  it.each(['wal-append', 'wal-batch'])('%s appends: nothing preallocated, and never round again', (name) => {
    expect(lineOf(name)).toMatch(/--rw=write .*--fdatasync=1 --fallocate=none --time_based=0/);
  });

  it('has etcd’s line as it is', () => {
    expect(lineOf('etcd')).toContain(
      '--rw=write --ioengine=sync --fdatasync=1 --directory=. --size=22m --bs=2300 --name=mytest',
    );
  });

  it('has the job of YABS with latency on', () => {
    expect(lineOf('yabs-4k')).toContain(
      '--ioengine=libaio --rw=randrw --rwmixread=50 --bs=4k --iodepth=64 --numjobs=2',
    );
    expect(lineOf('yabs-64k')).toContain('--bs=64k');
    expect(lineOf('yabs-4k')).not.toContain('gtod_reduce');
  });

  it('asks for steady state in full runs only, which are long enough for it', () => {
    expect(lineOf('wal-append')).toContain('--ss=iops_slope');
    expect(lineOf('wal-append', true)).not.toContain('--ss=');
  });

  it('takes away what a job wrote, except the data file, and says how fio ended', () => {
    const [job] = diskJobs(true);
    if (job === undefined) throw new Error('no job');
    const { script } = jobCommand('/var/lib/a folder', job);
    expect(script).toContain("cd '/var/lib/a folder'");
    expect(script).toContain("trap 'find . -mindepth 1 ! -name data -delete' EXIT");
    expect(script).toContain('|| echo "fio ended with $?" >&2');
  });

  it('knows how much all files of a job can take', () => {
    const largest = (quick: boolean): number =>
      Math.max(
        ...diskJobs(quick).map(({ arguments: words }) =>
          // Each file once: jobs name the data file again and again.
          [
            ...new Map(
              words.flatMap((word, at) => (word.startsWith('--size=') ? [[fileOf(words, at), bytes(word)]] : [])),
            ).values(),
          ].reduce((a, b) => a + b, 0),
        ),
      );
    expect(neededBytes(true)).toBeGreaterThanOrEqual(largest(true));
    expect(neededBytes(false)).toBeGreaterThanOrEqual(largest(false));
  });
});

const bytes = (word: string): number => Number(/^--size=(\d+)/.exec(word)?.[1] ?? 0);

/** The job that a size belongs to, or the shared file. */
function fileOf(words: readonly string[], at: number): string {
  const before = words.slice(0, at);
  const name = before.findLast((word) => word.startsWith('--name=')) ?? '';
  const own = before.slice(before.lastIndexOf(name));
  return own.find((word) => word.startsWith('--filename=')) ?? name;
}
