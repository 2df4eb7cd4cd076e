import { documentOf } from '../../pages/document.ts';
import { type Html, html } from '../../pages/html.ts';
import { figure } from '../../pages/picture.ts';
import { style } from '../../pages/style.ts';
import { count as amount } from '../../provision/engine/report.ts';
import { list, moment } from '../numbers.ts';
import type { Result } from '../result.ts';
import type { ReportInput } from './input.ts';
import { tally } from './levels.ts';
import { method, tuningMethod } from './method.ts';
import { drainPicture } from './pictures/drain.ts';
import { comparisonPicture, tuningPicture } from './pictures/effects.ts';
import { historyPicture } from './pictures/history.ts';
import { devicePicture, flushPicture } from './pictures/latency.ts';
import { mapPicture } from './pictures/map.ts';
import { neighboursPicture } from './pictures/neighbours.ts';
import { roundTripPicture } from './pictures/round-trip.ts';
import { facts, verdicts } from './summary.ts';

/**
 * The report as one self-contained HTML file. Verdicts come first, then the pictures of each host, then those about
 * several hosts, then how it was measured. The same input gives the same bytes.
 */
export function renderHtml(input: ReportInput): string {
  const { results } = input;
  const title = titleOf(input);
  const content = html`<header><p class="over">Jernverk bench</p><h1>${title}</h1><p class="lead">${lead(input)}</p></header>
${results.map((result, index) => verdicts(result, `host-${index + 1}`))}
${results.map((result, index) => pictures(result, input, `host-${index + 1}`))}
<section class="report" aria-labelledby="across"><h2 id="across">Compared with other settings and other machines</h2>
${figure(tuningPicture(input.tuning), 'all')}${results.length === 0 ? null : figure(comparisonPicture(input.comparison), 'all')}</section>
${methods(input)}
<footer><p>Times are UTC. Map: Natural Earth, public domain. Light in fibre: vacuum divided by 1.468, along the great circle; no path is shorter.</p></footer>`;
  return documentOf({ language: 'en', title, style, content });
}

function titleOf({ results, tuning }: ReportInput): string {
  if (results.length === 0 && tuning !== null) return `What the tuning of ${tuning.host} is worth`;
  const names = results.length > 2 ? [amount(results.length, 'host')] : results.map(({ host }) => host.name);
  return `What ${list(names)} ${results.length === 1 ? 'is' : 'are'} worth`;
}

function lead({ results, tuning }: ReportInput): string {
  const last = results
    .map(({ endedAt }) => endedAt)
    .toSorted()
    .at(-1);
  if (last === undefined) {
    return tuning === null
      ? 'No host was measured.'
      : `Stock Debian against our kernel settings, group by group, taking turns, on Linux ${tuning.kernel}: ${amount(tuning.perSide, 'measurement')} a side, until ${moment(tuning.endedAt)}. No run of the suites is kept.`;
  }
  return `A queue host confirms a job when it is on the disk, is quick to reach, and has its processors to itself. ${amount(results.length, 'host')}, last measured ${moment(last)}: ${tally(results.flatMap((result) => result.verdicts))}.`;
}

const methods = ({ results, tuning }: ReportInput): Html =>
  html`<section class="report" aria-labelledby="method"><h2 id="method">How it was measured</h2>
<p class="lead">Raw output was stored before any figure was read from it. The hash of each file is below, so that a later change shows.</p>
${results.map(method)}${tuning === null ? null : tuningMethod(tuning)}</section>`;

function pictures(result: Result, { history, limits }: ReportInput, prefix: string): Html {
  const all = [
    flushPicture(result, limits.fdatasync_ms),
    devicePicture(result),
    drainPicture(result),
    roundTripPicture(result, limits.roundTrip_ms),
    mapPicture(result),
    neighboursPicture(result, limits.steal),
    historyPicture(result, history),
  ];
  return html`<section class="report" aria-labelledby="${prefix}"><h2 id="${prefix}">${result.host.name}</h2>
${facts(result)}${all.map((picture) => figure(picture, prefix))}</section>`;
}
