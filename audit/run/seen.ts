import type { Answer } from '../../provision/engine/gather.ts';

const candidate = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f.:]*)(?![\w.])/gi;

/** Everything in the answers that looks like an address; what is none is left out by who parses it. */
export const addressesIn = (answers: Iterable<Answer>): string[] => [
  ...new Set([...answers].flatMap(({ stdout }) => stdout.match(candidate) ?? [])),
];
