import { type Html, html } from '../../pages/html.ts';
import { bytes, duration, moment } from '../numbers.ts';
import type { LimitVerdict, Result, VerdictLevel } from '../result.ts';
import { suiteNames } from '../suite.ts';
import { headline, levelOf, signs, tally, worstFirst } from './levels.ts';

const badge = (level: VerdictLevel): Html =>
  html`<span class="badge ${level}"><span aria-hidden="true">${signs[level]}</span> ${level}</span>`;

/** All verdicts about one host, worst first, and the incomplete parts of the run. */
export function verdicts(result: Result, prefix: string): Html {
  const { host } = result;
  const level = levelOf(result);
  return html`<section class="host" aria-labelledby="${prefix}-verdicts"><header>${badge(level)}
<h2 id="${prefix}-verdicts">${host.name}: ${headline(result)}</h2>
<p class="when">${tally(result.verdicts)} · ${moment(result.startedAt)}${result.quick ? ' · quick run: figures are coarser' : ''}</p></header>
${incomplete(result)}${result.verdicts.length === 0 ? html`<p class="why">Nothing was judged in this run.</p>` : html`<ul class="verdicts">${worstFirst(result.verdicts).map(item)}</ul>`}</section>`;
}

const item = ({ id, level, words, threshold }: LimitVerdict): Html =>
  html`<li class="verdict ${level}">${badge(level)}<div><p>${words}</p><p class="limit"><code>${id}</code>${threshold === null ? null : html` <span>Limit: ${threshold}</span>`}</p></div></li>`;

/** A missing part is mentioned at the top: no finding is not a good finding. */
function incomplete(result: Result): Html | null {
  const lines = suiteNames.flatMap((name) => {
    const section = result[name];
    if (section === undefined) return [html`<li><strong>${name}</strong> was not asked for.</li>`];
    if (section.state === 'complete') return [];
    const state = section.state === 'partial' ? 'was measured only in part' : 'was not measured';
    return [html`<li><strong>${name}</strong> ${state}${section.reason === null ? '' : `: ${section.reason}`}</li>`];
  });
  return lines.length === 0 ? null : html`<ul class="incomplete">${lines}</ul>`;
}

/** The machine that was measured: facts that decide what the figures mean. */
export function facts({ host, disk, queue }: Result): Html {
  const data = disk?.data;
  const rows: readonly (readonly [string, string])[] = [
    ['Processor', `${host.cpuModel}, ${host.cores} ${host.cores === 1 ? 'core' : 'cores'}`],
    ['Memory', bytes(host.memory_bytes)],
    ['Virtualization', host.virtualization],
    ['System', `Debian ${host.debian}, kernel ${host.kernel}`],
    ['Up for', duration(host.uptime_s * 1000)],
    ...(data
      ? ([
          ['Disk', `${data.device}, ${data.fileSystem} at ${data.directory}, ${bytes(data.free_bytes)} free`],
          ['Disk cache', data.writeCache ?? 'the host does not say'],
          ['Flushes', data.flush?.verdict ?? 'not judged'],
        ] as const)
      : []),
    ...(queue?.data ? ([['Broker', queue.data.broker]] as const) : []),
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
