import { z } from 'zod';
import { CommandFailed } from '../../../lib/errors.ts';
import { type Command, raw, sh } from '../../../lib/shell.ts';
import { NotMeasured } from '../../suite.ts';
import type { MetricContext } from '../metric.ts';

/** A log as the broker writes it: it grows, and each 4 KiB are flushed before the next. */
const log = ['--name=log', '--rw=write', '--bs=4k', '--fdatasync=1', '--fallocate=none', '--size=1g'];

/** Into the page cache and never flushed by itself, no faster than a disk of a generic instance takes. */
const bulk = ['--name=beside', '--rw=write', '--bs=1m', '--size=512m', '--time_based=1', '--rate=100m'];
const readers = ['--name=beside', '--rw=randread', '--bs=4k', '--size=256m', '--time_based=1', '--direct=1'].concat([
  '--ioengine=libaio',
  '--iodepth=16',
]);

/** Exit code where this host cannot be measured so; standard error says why. */
const unfit = 75;
const memoryFileSystems = 'tmpfs|ramfs|overlayfs|overlay';

const jobCommand = (beside: readonly string[], seconds: number): Command =>
  sh`cannot() { echo "$1" >&2; exit ${unfit}; }
command -v fio >/dev/null || cannot "fio is missing: run ./jernverk apply"
parent=/var/lib/rabbitmq
[ -d $parent ] || parent=/var/tmp
kind=$(stat --file-system --format=%T $parent)
case "$kind" in ${raw(memoryFileSystems)}) cannot "$parent is on $kind, which is no disk" ;; esac
[ "$(df --output=avail --block-size=1M $parent | tail -n 1)" -ge 4096 ] || cannot "$parent has less than 4 GB free"
folder=$(mktemp --directory $parent/.jernverk-tuning.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM HUP INT
sync --file-system $parent
fio --directory="$folder" --ioengine=psync --runtime=${seconds} --output-format=json ${log} ${beside}`;

/** The part of fio's answer that counts. The write's own latency has no flush in it: `sync` has. */
const fioSchema = z.object({
  jobs: z.array(
    z.object({
      jobname: z.string(),
      error: z.number(),
      sync: z.object({ lat_ns: z.object({ percentile: z.record(z.string(), z.number()) }).partial() }).optional(),
    }),
  ),
});

/** Milliseconds. fio prints notes before its JSON. */
export function parseFdatasync(output: string): number {
  const { jobs } = fioSchema.parse(JSON.parse(output.slice(Math.max(0, output.indexOf('{')))));
  const job = jobs.find(({ jobname }) => jobname === 'log');
  const p99_ns = job?.sync?.lat_ns.percentile?.['99.000000'];
  if (job?.error !== 0 || p99_ns === undefined) {
    throw new NotMeasured('fio says nothing of the time of a flush; look at its kept output');
  }
  return p99_ns / 1e6;
}

async function measure(context: MetricContext, beside: readonly string[]): Promise<number> {
  const command = jobCommand(beside, context.quick ? 4 : 12);
  const output = await context.host.run(command).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      throw error instanceof CommandFailed && error.status === unfit ? new NotMeasured(error.stderr.trim()) : error;
    },
  );
  await context.keep(command.script, output);
  return parseFdatasync(output);
}

export const fdatasyncBesideBulk = (context: MetricContext): Promise<number> => measure(context, bulk);
export const fdatasyncBesideReaders = (context: MetricContext): Promise<number> => measure(context, readers);
