import { ageDays, isStale, staleDays } from '../../addresses/age.ts';
import type { EnvironmentCheck, Judgement } from '../check.ts';
import { fail, pass } from '../checks/judgement.ts';

/** Checks of the address data itself. */
export const addressChecks: readonly EnvironmentCheck[] = [
  {
    id: 'addresses/data-age',
    chapter: 'addresses',
    title: { nb: 'Adressedataene er ferske', en: 'The address data is recent' },
    expected: {
      nb: `Data fra registrene er høyst ${staleDays} dager gamle.`,
      en: `Registry data is at most ${staleDays} days old.`,
    },
    basis: ['GDPR art. 5(2)'],
    questions: [],
    reads: '.jernverk/addresses',
    evaluate: ({ addresses: { source }, now }) => dataAge(source.date, source.name, now),
  },
];

function dataAge(date: Date, name: string, now: Date): Judgement {
  const age = ageDays(date, now);
  const day = date.toISOString().slice(0, 10);
  const observed = `${name}, ${day}`;
  if (age < -1) {
    return fail(
      {
        nb: `Adressedataene er datert ${day}, etter revisjonen: enten klokken eller dataene er feil.`,
        en: `The address data is dated ${day}, after the audit: either the clock or the data is wrong.`,
      },
      observed,
    );
  }
  if (isStale(date, now)) {
    return fail(
      {
        nb: `Adressedataene er fra ${day}, ${age} dager før revisjonen. Adresser skifter innehaver, så land kan være feil. Hent nye med ./jernverk audit update-addresses.`,
        en: `The address data is from ${day}, ${age} days before the audit. Addresses change hands, so countries may be wrong. Get new data with ./jernverk audit update-addresses.`,
      },
      observed,
    );
  }
  return pass(
    {
      nb: `Adressedataene er fra ${day}.`,
      en: `The address data is from ${day}.`,
    },
    observed,
  );
}
