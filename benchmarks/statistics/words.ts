/** A figure with three digits that count. */
export const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** A share as `5 %`: two digits that count below 10 %, three above. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;

/** Milliseconds in a sentence: two digits that count below 10 ms, whole ones above. */
export const ms = (value: number): string =>
  `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value).toLocaleString('en')} ms`;
