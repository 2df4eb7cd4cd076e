/** Three significant digits without an exponent: 0.0123, 4.56, 1230. */
function short(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 6), useGrouping: true });
}

/** Formats milliseconds in the unit that people would use. */
export function duration(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 1) return `${short(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${short(milliseconds)} ms`;
  if (milliseconds < 600_000) return `${short(milliseconds / 1000)} s`;
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 120
    ? `${minutes} min`
    : minutes < 2880
      ? `${short(minutes / 60)} h`
      : `${short(minutes / 1440)} days`;
}

export const nanoseconds = (value: number | null): string => (value === null ? '–' : duration(value / 1e6));
export const milliseconds = (value: number | null): string => (value === null ? '–' : duration(value));

/** A count for a sentence: three significant digits, with all zeros written out. */
export const whole = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');

/** A count, with k for thousands and M for millions. */
export function count(value: number): string {
  if (value >= 999_500) return `${short(value / 1e6)} M`;
  return value >= 10_000 ? `${short(value / 1e3)} k` : short(Math.round(value * 10) / 10);
}

/** Binary units, as memory and disks of virtual machines are sold. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${short(value / 1024 ** power)} ${units[power]}`;
}

/** A share, 0 to 1, as `5 %`: two significant digits below 10 %, three above. */
export const percent = (share: number | null): string =>
  share === null ? '–' : `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;

/** A figure with three significant digits. */
export const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** Milliseconds in a sentence: two significant digits below 10 ms, whole milliseconds above. */
export const ms = (value: number): string =>
  `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value).toLocaleString('en')} ms`;

/** A point in time, to the minute. Reports always use UTC, so that everybody reads the same time. */
export const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

export const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
