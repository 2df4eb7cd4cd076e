/**
 * Handlebars templates, and files and programs of hosts in which nothing is filled in, are imported as text: by esbuild's
 * text loader in the bundles, by a plugin in vitest. scripts/text-files.json has the endings.
 */
declare module '*.bash' {
  const text: string;
  export default text;
}

declare module '*.conf' {
  const text: string;
  export default text;
}

declare module '*.hbs' {
  const text: string;
  export default text;
}

declare module '*.proto' {
  const text: string;
  export default text;
}

declare module '*.sh' {
  const text: string;
  export default text;
}

declare module '*.socket' {
  const text: string;
  export default text;
}

declare module '*.timer' {
  const text: string;
  export default text;
}
