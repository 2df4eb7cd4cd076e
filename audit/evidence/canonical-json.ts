/**
 * JSON whose bytes depend on the value only: keys in the order of their code units, two spaces, a newline at the end.
 * Not RFC 8785, which has no white space: people read these files. RFC 8785 also refuses an unpaired surrogate, which a
 * host's output may contain, and evidence is stored unchanged.
 */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sorted, 2)}\n`;

const sorted = (_key: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([left], [right]) => byCodeUnit(left, right)));

/** The same order on every machine, independent of its locale. */
export const byCodeUnit = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
