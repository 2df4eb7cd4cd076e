import * as z from 'zod';

/** A duration, written as "60 seconds", "15 minutes", "2 hours" or "7 days". */
export interface Duration {
  readonly seconds: number;
}

/** An amount of memory or disk, written as "512 MB", "2 GB". Binary units: 1 MB is 1,048,576 bytes. */
export interface Size {
  readonly bytes: number;
}

const secondsIn = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;
const bytesIn = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 } as const;

// The patterns allow no other unit; the casts below rely on that.
const durationPattern = /^(\d+) (second|minute|hour|day)s?$/;
const sizePattern = /^(\d+) (KB|MB|GB|TB)$/;

export const duration = z
  .string()
  .regex(durationPattern, { error: 'a duration such as "60 seconds", "15 minutes", "2 hours" or "7 days"' })
  .transform((text): Duration => {
    const [, amount, unit] = durationPattern.exec(text) ?? [];
    return { seconds: Number(amount) * secondsIn[unit as keyof typeof secondsIn] };
  });

const millisecondsPattern = /^(\d+(?:\.\d+)?) ms$/;

/** A short time in milliseconds, written as "10 ms" or "2.5 ms". */
export const milliseconds = z
  .string()
  .regex(millisecondsPattern, { error: 'a short time such as "10 ms" or "2.5 ms"' })
  .transform((text): number => Number.parseFloat(text));

export const size = z
  .string()
  .regex(sizePattern, { error: 'a size such as "512 MB" or "2 GB"' })
  .transform((text): Size => {
    const [, amount, unit] = sizePattern.exec(text) ?? [];
    return { bytes: Number(amount) * bytesIn[unit as keyof typeof bytesIn] };
  });
