import { type Html, html } from '../../../pages/html.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import type { CompareResult } from '../../compare/result.ts';
import { count, list } from '../../numbers.ts';
import type { Effect as Kind } from '../../statistics/effect.ts';
import type { TuningResult } from '../../tuning/result.ts';
import { type Effect, type Effects, forest, rowHeight, signOf } from '../forest.ts';

/** Stock settings against Jernverk's: a ratio with its 95 % interval for each group of settings that was measured. */
export function tuningPicture(tuning: TuningResult | null): Picture {
  const title = 'Does the tuning help?';
  if (tuning === null)
    return noPicture(
      'tuning',
      title,
      'The settings have not been compared with stock Debian yet: run jernverk bench tuning with a host.',
    );
  const rows = tuning.groups.flatMap(({ group, metric, comparison }) =>
    metric === null || comparison === null
      ? []
      : [{ subject: group, metric: `${metric.words}, ${metric.unit}`, comparison }],
  );
  const groups = settingsTable(tuning);
  if (rows.length === 0) return { ...noPicture('tuning', title, 'No group of settings was measured.'), beside: groups };
  const effects = { a: 'stock Debian', b: 'our settings', threshold: tuning.limits.threshold, rows };
  const { beside, ...picture } = drawn(effects, 'line');
  return {
    name: 'tuning',
    title,
    words: `On ${tuning.host}: ${findings(rows)}`,
    ...picture,
    beside: beside.concat(groups),
  };
}

/** One host against another: how many times A each figure of B is, with the interval. */
export function comparisonPicture(comparison: CompareResult | null): Picture {
  const title = 'Compared with another machine';
  if (comparison === null)
    return noPicture(
      'comparison',
      title,
      'There is nothing to compare with: run jernverk bench compare with two hosts or two results.',
    );
  const { a, b, rows, limits, drain, notes } = comparison;
  const remarks =
    notes.length === 0 ? html`` : html`<ul class="incomplete">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  if (rows.length === 0)
    return { ...noPicture('comparison', title, `${a.name} and ${b.name} have no figure in common.`), beside: remarks };
  const { beside, ...picture } = drawn(
    { a: a.name, b: b.name, threshold: limits.threshold, rows },
    'bar',
    inPicture(comparison),
  );
  const of = (kind: Kind): number => rows.filter((row) => row.comparison.effect === kind).length;
  const words = `${b.name} against ${a.name}, of ${rows.length} figures: ${of('better')} better, ${of('worse')} worse, ${of('no evidence')} without evidence. ${drain.words.charAt(0).toUpperCase()}${drain.words.slice(1)}.`;
  return { name: 'comparison', title, words, ...picture, beside: remarks.concat(beside) };
}

/** A single figure has no interval. Of those, only the ones that the drain may follow are drawn. */
function inPicture({ rows, drain }: CompareResult): readonly Effect[] {
  const followed = new Set(drain.disk.map(({ id }) => id));
  const chosen = rows.filter(({ id, basis }) => basis !== 'single' || followed.has(id));
  return chosen.length === 0 ? rows : chosen;
}

function findings(rows: readonly Effect[]): string {
  const of = (kind: Kind): string =>
    list([...new Set(rows.filter((row) => row.comparison.effect === kind).map(({ subject }) => subject))]);
  const parts = [
    `better: ${of('better') || 'none'}`,
    `worse: ${of('worse') || 'none'}`,
    `no evidence of a difference: ${of('no evidence') || 'none'}`,
  ];
  return `${parts.join('; ')}.`;
}

const settingsTable = ({ groups }: TuningResult): Html =>
  table(
    'What was switched, and groups that were not measured',
    ['Group', 'Setting', 'Stock', 'Ours'],
    groups.flatMap(({ group, settings, state, reason }) =>
      settings.map(({ key, stock, ours }, index) => [
        index > 0 ? group : html`${group}<br><small>${reason === null ? state : `${state}: ${reason}`}</small>`,
        key,
        stock,
        ours,
      ]),
    ),
  );

const times = (ratio: number | null): string => (ratio === null ? 'no ratio' : `${Number(ratio.toPrecision(3))} ×`);

function ratioWords(ratio: Effect['comparison']['ratio']): string {
  if (ratio === null || (ratio.low === null && ratio.high === null)) return times(ratio?.estimate ?? null);
  const end = (value: number | null): string => (value === null ? 'open' : String(Number(value.toPrecision(3))));
  return `${times(ratio.estimate)} (${end(ratio.low)} to ${end(ratio.high)})`;
}

function drawn(
  effects: Effects,
  form: 'bar' | 'line',
  shown: readonly Effect[] = effects.rows,
): Pick<Picture, 'chart' | 'key'> & { readonly beside: Html } {
  const { rows, threshold } = effects;
  const band = ` Shaded: differences below ${Math.round(threshold * 100)} %, which do not matter.${shown.length < rows.length ? ' Other figures, which have no interval, are in the table.' : ''}`;
  return {
    key: `${form === 'bar' ? 'Bar' : 'Dot'}: the ratio of ${effects.b} to ${effects.a}. Line: its 95 % interval, dashed if one end is open.${band}`,
    chart: {
      height: () => 50 + rowHeight * shown.length,
      option: (shape) => forest({ ...effects, rows: shown }, form, shape),
    },
    beside: table(
      `${effects.b} against ${effects.a}: medians, and the ratio with its 95 % interval`,
      ['Figure', 'Finding', 'Ratio', effects.a, effects.b],
      rows.map(({ subject, metric, comparison }) => [
        html`${subject}<br><small>${metric}</small>`,
        html`${signOf[comparison.effect]} ${comparison.effect}<br><small>${comparison.reason}</small>`,
        ratioWords(comparison.ratio),
        `${count3(comparison.a.estimate)} (n ${comparison.a.samples})`,
        `${count3(comparison.b.estimate)} (n ${comparison.b.samples})`,
      ]),
    ),
  };
}

const count3 = (value: number): string =>
  Math.abs(value) < 1000 ? String(Number(value.toPrecision(3))) : count(value);
