/** Consecutive addresses or AS numbers, both ends included. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** A span with the country of its holder. */
export interface Range extends Span {
  readonly country: string;
}

const byStart = (a: Span, b: Span): number => (a.start < b.start ? -1 : Number(a.start > b.start));

/** Returns the spans in order. Those that touch or overlap become one. */
export function united(spans: Iterable<Span>): Span[] {
  const result: { start: bigint; end: bigint }[] = [];
  for (const { start, end } of [...spans].sort(byStart)) {
    const last = result.at(-1);
    if (last === undefined || start > last.end + 1n) result.push({ start, end });
    else if (end > last.end) last.end = end;
  }
  return result;
}

/** Returns `spans` without `taken`. Both must be in order, each without overlaps. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const result: Span[] = [];
  let first = 0;
  for (const span of spans) {
    let { start } = span;
    while ((taken[first]?.end ?? span.start) < span.start) first++;
    for (let index = first; ; index++) {
      const hole = taken[index];
      if (hole === undefined || hole.start > span.end) break;
      if (hole.start > start) result.push({ start, end: hole.start - 1n });
      start = hole.end + 1n;
    }
    if (start <= span.end) result.push({ start, end: span.end });
  }
  return result;
}

export interface Settled {
  /** In order, without overlaps. */
  readonly ranges: readonly Range[];
  /**
   * Records that claim the same addresses for different countries. They are in no range: unknown is better than a
   * guess.
   */
  readonly disputed: readonly Range[];
}

/** Sorts records. Those that overlap and agree become one. */
export function settle(records: readonly Range[]): Settled {
  const ranges: Range[] = [];
  const disputed: Range[] = [];
  for (const group of overlapping(records)) {
    const [first, ...more] = group;
    if (first === undefined) continue;
    if (more.some(({ country }) => country !== first.country)) disputed.push(...group);
    else ranges.push({ ...first, end: lastOf(group) });
  }
  return { ranges, disputed };
}

const lastOf = (spans: readonly Span[]): bigint => spans.reduce((last, { end }) => (end > last ? end : last), -1n);

function overlapping(records: readonly Range[]): Range[][] {
  const groups: Range[][] = [];
  let end = -1n;
  for (const record of [...records].sort(byStart)) {
    const group = groups.at(-1);
    if (group === undefined || record.start > end) groups.push([record]);
    else group.push(record);
    if (record.end > end) end = record.end;
  }
  return groups;
}
