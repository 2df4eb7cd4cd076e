/**
 * JSON whose bytes depend on the value only: keys in the order of their code units, two spaces, a newline at the end.
 * Not RFC 8785, which has no white space: people read these files. It also refuses half of a surrogate pair, which a
 * host's output may hold, and evidence is kept as it came.
 */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sorted, 2)}\n`;

const sorted = (_key: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([left], [right]) => byCodeUnit(left, right)));

/** The same order on every machine: a locale has no say. */
export const byCodeUnit = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
