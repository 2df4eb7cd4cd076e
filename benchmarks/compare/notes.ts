import type { Result } from '../result.ts';

/** Conditions that must be alike on both sides for the figures to mean the same. Null if a run does not have one. */
const conditions: readonly (readonly [what: string, of: (run: Result) => string | number | null])[] = [
  ['the kind of run', ({ quick }) => (quick ? 'quick' : 'full')],
  ['the size of a job', ({ queue }) => bytes(queue?.data?.payload_bytes)],
  ['the backlog that was drained', ({ queue }) => queue?.data?.drain?.backlog ?? null],
  ['the broker', ({ queue }) => queue?.data?.broker ?? null],
  ['fio', ({ disk }) => disk?.data?.windows[0]?.fio ?? null],
  [
    'the file that was written',
    ({ disk }) => bytes(disk?.data?.windows.find(({ job }) => job === 'randwrite-64')?.fileSize_bytes),
  ],
];

const bytes = (count: number | undefined): string | null => (count === undefined ? null : `${count} bytes`);

/** What a reader must know before believing a ratio. */
export function notesOn(a: readonly Result[], b: readonly Result[]): string[] {
  const all = [...a, ...b];
  const unlike = conditions.flatMap(([what, of]) => {
    const [left, right] = [valuesOf(a, of), valuesOf(b, of)];
    if (left === '' || right === '' || left === right) return [];
    return [`${what} differs: ${left} in A, ${right} in B`];
  });
  const contaminated = all.flatMap(({ host, startedAt, contamination }) => {
    const names = contamination.filter((each) => each.contaminated).map(({ name }) => name);
    return names.length === 0
      ? []
      : [`other guests or programs used ${host.name} (${startedAt}) during ${names.join(', ')}`];
  });
  const flush = all
    .filter(({ disk }) => disk?.data?.flush?.verdict === 'not honoured')
    .map(
      ({ host, startedAt }) =>
        `${host.name} (${startedAt}) does not honour flushes: its disk figures show memory, not the disk`,
    );
  const partial = all.flatMap((run) =>
    (['disk', 'cpu', 'network', 'queue'] as const).flatMap((suite) => {
      const section = run[suite];
      if (section === undefined || section.state === 'complete') return [];
      return [`${suite} of ${run.host.name} (${run.startedAt}) is incomplete: ${section.reason ?? 'no reason given'}`];
    }),
  );
  return [...unlike, ...contaminated, ...flush, ...partial];
}

const valuesOf = (runs: readonly Result[], of: (run: Result) => string | number | null): string =>
  [...new Set(runs.map(of).filter((value) => value !== null))].sort().join(' and ');
