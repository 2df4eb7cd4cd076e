/**
 * Holm's correction for looking at many metrics. Returns the p-values in the given order, each adjusted so that the
 * probability of even one wrong finding among all of them stays below the level.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(values.length).fill(1);
  let highest = 0;
  for (const [place, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (values.length - place)));
    adjusted[index] = highest;
  }
  return adjusted;
}
