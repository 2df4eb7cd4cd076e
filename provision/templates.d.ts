/** Handlebars templates are imported as text: by esbuild's text loader in the bundles, by a plugin in vitest. */
declare module '*.hbs' {
  const template: string;
  // biome-ignore lint/style/noDefaultExport: a text import has only a default.
  export default template;
}

/** Protocol definitions, imported the same way. */
declare module '*.proto' {
  const definition: string;
  // biome-ignore lint/style/noDefaultExport: a text import has only a default.
  export default definition;
}
