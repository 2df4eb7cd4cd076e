/** A figure with three digits that count. */
export const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** A share as `5 %`, with one digit behind the point where there is one. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
