import type { Html } from '../../../pages/html.ts';
import { type Colour, standIn } from '../../../pages/palette.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import { bytes, count, duration, milliseconds, whole } from '../../numbers.ts';
import type { DrainSample, QueueData } from '../../queue/result.ts';
import type { Result } from '../../result.ts';
import { gridsHeight, gridsOption, type Panel, shade, thinLine } from '../grids.ts';
import { absence } from './absence.ts';

const title = 'Filling a queue, and draining it';

/** A backlog is built up and worked off: rate, backlog, memory and disk on one time axis. */
export function drainPicture(result: Result): Picture {
  const queue = result.queue?.data ?? null;
  const drain = queue?.drain ?? null;
  const beside = queue === null ? {} : { beside: figures(queue) };
  if (drain === null || drain.samples.length < 2) {
    const why = absence(
      result.queue,
      'queue',
      'The drain was not measured, or was over before it could be sampled twice',
    );
    return { ...noPicture('drain', title, why), ...beside };
  }
  const all = panels(drain.samples);
  const last = drain.samples.at(-1)?.at_ms ?? 0;
  return {
    name: 'drain',
    title,
    words: drain.partial
      ? `Cut off when ${whole(drain.drain.jobs)} of ${whole(drain.backlog)} jobs had drained, at ${whole(drain.drain.jobs_per_s)}/s until then.`
      : `${whole(drain.backlog)} jobs came in at ${whole(drain.fill.jobs_per_s)}/s and were drained in ${duration(drain.drain.duration_ms)}, at ${whole(drain.drain.jobs_per_s)}/s.`,
    key: 'Shaded: the queue is being filled. Then it is drained.',
    chart: {
      height: () => gridsHeight(all),
      option: (shape) => gridsOption(all, last, shape),
    },
    ...beside,
  };
}

function panels(samples: readonly DrainSample[]): Panel[] {
  const filled = samples.findLast(({ phase }) => phase === 'fill')?.at_ms ?? 0;
  const panel = (
    name: string,
    colour: Colour,
    format: Panel['format'],
    value: (sample: DrainSample) => number | null,
  ): Panel[] => {
    const data = samples.map((sample) => [sample.at_ms, value(sample)] as const);
    if (data.every(([, figure]) => figure === null)) return [];
    const line = thinLine(name, standIn(colour), data);
    const fill = { silent: true, data: [shade(0, filled, standIn('muted'), 0.12)] };
    const interval = format === bytes ? { interval: binaryStep(data.map(([, figure]) => figure ?? 0)) } : {};
    return [{ title: name, format, ...interval, series: [{ ...line, markArea: fill }] }];
  };
  return [
    ...panel('Jobs a second, in or out', 'blue', count, (sample) => sample.jobs_per_s),
    ...panel('Jobs waiting', 'purple', count, (sample) => sample.waiting),
    ...panel('Memory of the broker', 'teal', bytes, (sample) => sample.brokerMemory_bytes),
    ...panel('Flushes of its disk a second', 'ochre', count, (sample) => sample.flushes_per_s),
    ...panel('Mean time of a write to its disk', 'orange', duration, (sample) => sample.writeLatency_ms),
  ];
}

/** A power of two that fits into the scale two to four times, so that its lines are round in binary units. */
const binaryStep = (values: readonly number[]): number => 2 ** Math.floor(Math.log2(Math.max(4, ...values) / 2));

function figures(queue: QueueData): Html {
  const { consume } = queue;
  const rates = table(
    `Rates with ${bytes(queue.payload_bytes)} a job, ${queue.broker}`,
    ['What', 'Jobs/s', 'Jobs', 'Time'],
    [
      ...queue.publish.map((rate) => ({ ...rate, what: `publish with confirms, ${count(rate.inFlight)} in flight` })),
      ...(consume === null ? [] : [{ ...consume, what: `consume, prefetch ${count(consume.prefetch)}` }]),
    ].map((rate) => [rate.what, count(rate.jobs_per_s), count(rate.jobs), duration(rate.duration_ms)]),
  );
  if (queue.endToEnd.length === 0) return rates;
  return table(
    'From publish to the consumer, at a fixed rate',
    ['Offered', 'Reached', 'Median', '95 %', '99 %', 'Most'],
    queue.endToEnd.map((rate) => [
      `${count(rate.offered_per_s)}/s`,
      `${count(rate.reached_per_s)}/s`,
      milliseconds(rate.p50_ms),
      milliseconds(rate.p95_ms),
      milliseconds(rate.p99_ms),
      milliseconds(rate.max_ms),
    ]),
  ).concat(rates);
}
