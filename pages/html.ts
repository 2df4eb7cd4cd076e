/** Text that is HTML already. Only `html` and `trusted` make it, so whatever else a host says is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  concat(other: Html): Html {
    return new Html(this.text + other.text);
  }
}

type Value = Html | string | number | null | undefined | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

function flat(value: Value): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? value.map(flat).join('') : escaped(String(value));
}

/** A template of HTML. All values are escaped but `Html`; lists are joined; null and undefined are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + flat(values[index])).join(''));
}

/** For text that this program made itself: a style sheet, a drawing. */
export const trusted = (text: string): Html => new Html(text);
