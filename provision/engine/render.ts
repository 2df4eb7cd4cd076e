import Handlebars from 'handlebars';

/**
 * The text of a template. Strict: a name that `values` lacks is an error and not an empty place. Without escapes, since
 * nothing here is HTML.
 */
export const render = (template: string, values: object = {}): string =>
  Handlebars.compile(template, { strict: true, noEscape: true })(values);
