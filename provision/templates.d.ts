/** Handlebars templates are imported as text: by esbuild's text loader in the bundles, by a plugin in vitest. */
declare module '*.hbs' {
  const template: string;
  export default template;
}

/** Protocol definitions, imported the same way. */
declare module '*.proto' {
  const definition: string;
  export default definition;
}

/** Programs for a host's bash, imported the same way. */
declare module '*.bash' {
  const program: string;
  export default program;
}
