import { type Chart, drawing } from './chart.ts';
import { type Html, html } from './html.ts';

/** A picture with a description in words, or the reason why there is none. */
export interface Picture {
  /** Stable name, such as `flush`. */
  readonly name: string;
  readonly title: string;
  /** What the picture shows, with figures, or why there is nothing to show. */
  readonly words: string;
  readonly chart: Chart | null;
  /** How to read it: the meaning of lines and signs. */
  readonly key?: string;
  /** The figures that the picture shows. */
  readonly beside?: Html;
}

export const noPicture = (name: string, title: string, why: string): Picture => ({
  name,
  title,
  words: why,
  chart: null,
});

/** `none` says in the page's language that there is no picture. The reason follows it. */
export function figure(picture: Picture, prefix: string, none = 'No picture.'): Html {
  const id = `${prefix}-${picture.name}`;
  if (picture.chart === null)
    return html`<section class="picture none" id="${id}"><h3>${picture.title}</h3><p class="why"><strong>${none}</strong> ${picture.words}</p>${picture.beside}</section>`;
  return html`<section class="picture" id="${id}"><h3>${picture.title}</h3>
<figure class="${picture.name}"><figcaption><p>${picture.words}</p>${picture.key === undefined ? null : html`<p class="key">${picture.key}</p>`}</figcaption>${drawing(picture.chart, id, picture.words)}</figure>${picture.beside}</section>`;
}

/**
 * Returns a table in a box of its own, which scrolls if the page is too narrow for it. Cells after the first are
 * figures.
 */
export function table(caption: string, head: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  const row = (cells: readonly (string | Html)[]): Html => {
    const [first, ...rest] = cells;
    return html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${typeof cell === 'string' && cell.length > 40 ? html`<span class="long">${cell}</span>` : cell}</td>`)}</tr>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption><span>${caption}</span></caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(row)}</tbody></table></div>`;
}
