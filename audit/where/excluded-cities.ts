import { ageDays } from '../../addresses/age.ts';
import { type CountrySet, isIn } from '../../addresses/countries.ts';
import type { Judgement } from '../check.ts';
import { fail, notEvaluated, pass } from '../checks/judgement.ts';
import type { LocationInputs } from './inputs.ts';

/** Days after which a measurement no longer shows where the host is. Our judgement. */
const oldest = 90;

/** An exclusion is certain, because delay can only be added on the way. A city that is not excluded is not proven. */
export function excludedCities(inputs: LocationInputs, host: string, region: CountrySet, now: Date): Judgement {
  const measured = inputs.physics.get(host);
  if (measured === undefined) {
    return notEvaluated({
      nb: 'Svartider fra verten er ikke målt. Mål dem med ./jernverk bench --suite network.',
      en: 'Round trips from the host were not measured. Measure them with ./jernverk bench --suite network.',
    });
  }
  const open = measured.cities.filter(({ excluded }) => !excluded);
  const names = (of: typeof open): string => of.map(({ name }) => name).join(', ');
  const outside = open.filter(({ country }) => !isIn(region, country));
  const at = measured.at.slice(0, 10);
  const days = ageDays(new Date(measured.at), now);
  if (open.length === outside.length) {
    return fail({
      nb: `Svartidene (${at}) utelukker alle byer i listen innenfor egen grense. Ikke utelukket: ${names(outside) || 'ingen'}.`,
      en: `The round trips (${at}) exclude all cities in the list inside your own limit. Not excluded: ${names(outside) || 'none'}.`,
    });
  }
  if (outside.length > 0) {
    return notEvaluated({
      nb: `Svartidene (${at}) utelukker ikke ${names(outside)}. Det betyr ikke at verten står der, bare at målingen ikke kan avgjøre det.`,
      en: `The round trips (${at}) do not exclude ${names(outside)}. That does not mean that the host is there, only that the measurement cannot decide it.`,
    });
  }
  if (days > oldest) {
    return notEvaluated({
      nb: `Svartidene er ${days} døgn gamle (${at}); verten kan være flyttet siden. Mål dem igjen med ./jernverk bench --suite network.`,
      en: `The round trips are ${days} days old (${at}); the host may have been moved since. Measure them again with ./jernverk bench --suite network.`,
    });
  }
  return pass(
    {
      nb: `Svartidene (${at}) utelukker alle byer i listen utenfor egen grense. Ikke utelukket: ${names(open)}.`,
      en: `The round trips (${at}) exclude all cities in the list outside your own limit. Not excluded: ${names(open)}.`,
    },
    measured.cities.map(({ name, excluded }) => `${name}: ${excluded ? 'excluded' : 'not excluded'}`).join('\n'),
  );
}
