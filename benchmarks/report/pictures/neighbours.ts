import { limitLine } from '../../../pages/chart.ts';
import { type Colour, standIn } from '../../../pages/palette.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import type { Contamination } from '../../cpu/result.ts';
import { duration, list, percent } from '../../numbers.ts';
import type { Result } from '../../result.ts';
import { gridsHeight, gridsOption, type Panel, shade, thinLine } from '../grids.ts';
import { absence } from './absence.ts';

const title = 'What neighbours took, and what waited';

/** Steal and pressure during the run, and the measurements that they contaminated. */
export function neighboursPicture(result: Result, limit: number | null): Picture {
  const samples = result.cpu?.data?.samples ?? [];
  const dirty = result.contamination.filter(({ contaminated }) => contaminated);
  const beside = dirty.length === 0 ? {} : { beside: contaminatedTable(dirty) };
  const last = samples.at(-1);
  if (last === undefined || samples.length < 2) {
    const why = absence(result.cpu, 'cpu', 'The machine was not sampled twice');
    return { ...noPicture('neighbours', title, why), ...beside };
  }
  const most = samples.reduce((worst, sample) => (sample.steal > worst.steal ? sample : worst), last);
  const mean = samples.reduce((sum, { steal }) => sum + steal, 0) / samples.length;
  const panels = [
    stealPanel(
      samples.map(({ at_ms, steal }) => [at_ms, steal]),
      most.steal,
      limit,
      dirty,
    ),
    pressurePanel(result, 'Some task waited for a processor', 'blue', 'pressureCpu', dirty),
    pressurePanel(result, 'Some task waited for the disk', 'purple', 'pressureIo', dirty),
    pressurePanel(result, 'Some task waited for memory', 'teal', 'pressureMemory', dirty),
  ];
  const end = Math.max(last.at_ms, ...result.contamination.map(({ endedAt_ms }) => endedAt_ms));
  return {
    name: 'neighbours',
    title,
    words: `Other guests took ${percent(mean)} of the processor time on average, at most ${percent(most.steal)}, ${duration(most.at_ms)} after the start. ${
      dirty.length === 0
        ? 'No measurement is contaminated.'
        : `Contaminated: ${dirty.length} of ${result.contamination.length} measurements.`
    }`,
    ...(dirty.length === 0 ? {} : { key: 'Shaded red: contaminated measurements.' }),
    chart: {
      height: () => gridsHeight(panels),
      option: (shape) => gridsOption(panels, end, shape),
    },
    ...beside,
  };
}

const shades = (dirty: readonly Contamination[]): object => ({
  silent: true,
  data: dirty.map(({ startedAt_ms, endedAt_ms }) => shade(startedAt_ms, endedAt_ms, standIn('bad'), 0.14)),
});

/** A scale of shares up to at least `most`, with round numbers at its top and its middle. */
function shares(most: number): Pick<Panel, 'max' | 'interval'> {
  const max = [0.02, 0.04, 0.06, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => top >= most) ?? 1;
  return { max, interval: max / 2 };
}

function stealPanel(
  data: readonly (readonly [number, number])[],
  most: number,
  limit: number | null,
  dirty: readonly Contamination[],
): Panel {
  return {
    title: 'Stolen by other guests, share of all processor time',
    format: percent,
    height: 120,
    ...shares(Math.max(most, (limit ?? 0) * 1.1)),
    series: [
      {
        ...thinLine('steal', standIn('orange'), data),
        areaStyle: { color: standIn('orange'), opacity: 0.25 },
        markArea: shades(dirty),
        ...(limit === null ? {} : { markLine: limitLine(`limit ${percent(limit)}`, { yAxis: limit }) }),
      },
    ],
  };
}

function pressurePanel(
  result: Result,
  name: string,
  colour: Colour,
  field: 'pressureCpu' | 'pressureIo' | 'pressureMemory',
  dirty: readonly Contamination[],
): Panel {
  const data = (result.cpu?.data?.samples ?? []).map((sample) => [sample.at_ms, sample[field]] as const);
  const none = data.every(([, value]) => value === null);
  return {
    title: none ? `${name}: this kernel does not say` : `${name}, share of the time`,
    format: percent,
    height: none ? 8 : 64,
    ...shares(Math.max(...data.map(([, value]) => value ?? 0))),
    series: [{ ...thinLine(name, standIn(colour), data), markArea: shades(dirty) }],
  };
}

const contaminatedTable = (dirty: readonly Contamination[]) =>
  table(
    `Contaminated: ${list(dirty.slice(0, 3).map(({ name }) => name))}${dirty.length > 3 ? ' and others' : ''}`,
    ['Measurement', 'Began after', 'Took', 'Steal', 'Why'],
    dirty.map((one) => [
      one.name,
      duration(one.startedAt_ms),
      duration(one.endedAt_ms - one.startedAt_ms),
      percent(one.steal),
      one.reason ?? '–',
    ]),
  );
