import { figure } from '../numbers.ts';
import type { CompareRow, Follow } from './result.ts';

/** Disk figures that a drain may follow. A confirmed job is a flush; the article speaks of random writes. */
const candidates: readonly (readonly [id: string, words: string])[] = [
  ['disk/wal-append/rate', 'flushed writes (wal-append)'],
  ['disk/randwrite-1/writes', 'random writes at depth 1'],
  ['disk/randwrite-64/writes', 'random writes at depth 64'],
];

/** Two ratios count as the same if they differ by less than this factor. Runs on one disk differ by about as much. */
const same = 1.25;

/**
 * Returns whether the queue's drain changed as the disk did between A and B. It uses ratios alone: it shows what goes
 * together, not which is the cause.
 *
 * @param doubts why a figure cannot be believed, by the figure's id
 */
export function followsDisk(rows: readonly CompareRow[], doubts: ReadonlyMap<string, string> = new Map()): Follow {
  const ratioOf = (id: string): number | null => rows.find((row) => row.id === id)?.comparison.ratio?.estimate ?? null;
  const drain = ratioOf('queue/drain/rate');
  const disk = candidates.flatMap(([id, words]) => {
    const ratio = ratioOf(id);
    return ratio === null ? [] : [{ id, words, ratio, follows: drain !== null && apart(drain, ratio) < same }];
  });
  const answer = (following: Follow['following'], words: string, id: string | null = null): Follow => ({
    following,
    figure: id,
    drain,
    disk,
    words,
  });
  if (drain === null) return answer('unknown', 'at least one side drained no queue, so this is unknown');
  const nearest = disk.toSorted((x, y) => apart(drain, x.ratio) - apart(drain, y.ratio))[0];
  if (nearest === undefined) return answer('unknown', 'at least one side did not measure its disk, so this is unknown');
  const doubt = ['queue/drain/rate', ...disk.map(({ id }) => id)].flatMap((id) => doubts.get(id) ?? [])[0];
  const all = disk.map(({ words, ratio }) => `${words} ${times(ratio)}`).join(', ');
  const both = `B’s queue drains ${times(drain)} as fast as A’s; ${all}`;
  if (doubt !== undefined) return answer('unknown', `${both}: ${doubt}, so this is unknown`);
  if (disk.every(({ ratio }) => apart(ratio, 1) < same)) {
    return answer('nothing to follow', `${both}: the disks differ too little to show what the drain follows`);
  }
  if (nearest.follows) {
    const others = disk.filter(({ follows }) => !follows).map(({ words }) => words);
    const not = others.length === 0 ? '' : `, not ${others.join(' or ')}`;
    return answer('follows', `${both}: the drain follows ${nearest.words}${not}`, nearest.id);
  }
  const sameWay = Math.log(drain) * Math.log(nearest.ratio) > 0 && apart(drain, 1) >= same;
  return sameWay
    ? answer('follows in part', `${both}: the drain changes with the disk, but by a different factor`, nearest.id)
    : answer('does not follow', `${both}: the drain does not follow the disk`);
}

/** The larger of the two divided by the smaller. */
const apart = (x: number, y: number): number => Math.exp(Math.abs(Math.log(x / y)));

const times = (ratio: number): string => `${figure(ratio)} ×`;
