import { type Html, html } from '../../pages/html.ts';
import { table } from '../../pages/picture.ts';
import { moment } from '../numbers.ts';
import type { Evidence, Result } from '../result.ts';
import type { TuningResult } from '../tuning/result.ts';

/** How it was measured: tools, active settings, and the raw output behind every figure. */
export function method(result: Result): Html {
  const { name } = result.host;
  const values = (record: Readonly<Record<string, string | null>>, none: string) =>
    Object.entries(record).map(([key, value]) => [key, value ?? none]);
  return html`<section class="method"><h3>${name}</h3>
<p>jernverk ${result.jernverk}, result format <code>${result.format}</code>, ${moment(result.startedAt)} to ${moment(result.endedAt)}.</p>
<div class="pair">${section('Tools on the host', ['Tool', 'Version'], values(result.tools, 'missing'))}${section(
    'Kernel settings in force (–: the host has none of its own, as in a container)',
    ['Setting', 'Value'],
    values(result.tuning, '–'),
  )}</div>${evidence(result.evidence)}</section>`;
}

/** How the settings were compared. */
export const tuningMethod = (tuning: TuningResult): Html =>
  html`<section class="method"><h3>Tuning of ${tuning.host}</h3>
<p>Result format <code>${tuning.format}</code>, ${moment(tuning.startedAt)} to ${moment(tuning.endedAt)}, Linux ${tuning.kernel}.</p>${evidence(tuning.evidence)}</section>`;

/** One line per file. Its command, which may be long, unfolds. */
function evidence(files: readonly Evidence[]): Html {
  const title = 'Evidence: raw output in the run’s folder, its SHA-256, and the command that gave it';
  if (files.length === 0) return html`<p class="why">${title}: none was kept.</p>`;
  return html`<div class="evidence"><p>${title}</p>${files.map(
    ({ path, command, sha256 }) =>
      html`<details><summary><code>${path}</code> <code class="hash">${sha256}</code></summary><pre><code>${command}</code></pre></details>`,
  )}</div>`;
}

function section(title: string, head: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  return rows.length === 0 ? html`<p class="why">${title}: none was kept.</p>` : table(title, head, rows);
}
