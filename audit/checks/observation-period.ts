import type { Text } from '../../lib/text.ts';

/**
 * Days for which something must have been counted or stored before its absence shows anything: a week includes every
 * job that runs daily or weekly. A shorter time gives `not evaluated`, with its length.
 */
export const enoughDays = 7;

const day = 86_400;

/** Why a time is too short to show anything. Null if it is long enough. */
export function tooShort(seconds: number): Text | null {
  if (seconds >= enoughDays * day) return null;
  const units = [
    { size: day, nb: ['døgn', 'døgn'], en: ['day', 'days'] },
    { size: 3600, nb: ['time', 'timer'], en: ['hour', 'hours'] },
    { size: 60, nb: ['minutt', 'minutter'], en: ['minute', 'minutes'] },
    { size: 1, nb: ['sekund', 'sekunder'], en: ['second', 'seconds'] },
  ] as const;
  const unit = units.find(({ size }) => seconds >= size) ?? units[3];
  const amount = Math.max(0, Math.floor(seconds / unit.size));
  const [nb, en] = [unit.nb[amount === 1 ? 0 : 1], unit.en[amount === 1 ? 0 : 1]];
  return {
    nb: `Det er bare ${amount} ${nb}. At ingenting ble sett, viser noe først etter ${enoughDays} døgn.`,
    en: `That is only ${amount} ${en}. It takes ${enoughDays} days before an absence shows anything.`,
  };
}
