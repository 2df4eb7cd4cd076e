/** Text that is already HTML. Only `html` and `trusted` make it, so all other text, such as a host's, is escaped. */
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

/**
 * Returns a template as HTML. Values other than `Html` are escaped, lists are joined, null and undefined are left out.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + flat(values[index])).join(''));
}

/** Marks text that this program made itself as HTML: a style sheet, a drawing. */
export const trusted = (text: string): Html => new Html(text);
