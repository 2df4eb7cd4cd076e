/** Numbers from 0 to 1 that are the same in every run: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What a latency of a disk looks like: two modes (cache hit or not, 100 and 160 µs), each with a heavy tail (Pareto,
 * exponent 3, so that even the variance is hardly there).
 */
export function latency(random: () => number, scale = 1): number {
  const mode = random() < 0.7 ? 100 : 160;
  return scale * mode * (1 - random()) ** (-1 / 3);
}

export const many = (count: number, make: () => number): number[] => Array.from({ length: count }, make);
