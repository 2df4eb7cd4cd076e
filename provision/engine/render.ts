import Handlebars from 'handlebars';

/**
 * Returns the text of a template. Strict: a name that `values` lacks is an error and not an empty string. Without
 * escaping, because nothing here is HTML.
 */
export const render = (template: string, values: object = {}): string =>
  Handlebars.compile(template, { strict: true, noEscape: true })(values);
