import { type CountrySet, countrySetNames, isIn, territories } from '../../addresses/countries.ts';
import type { Text } from '../../lib/text.ts';
import type { Judgement } from '../check.ts';
import { fail, join, notEvaluated, pass } from '../checks/judgement.ts';
import type { Jurisdiction, LocationStatement } from './location.ts';

/**
 * Whether all holders and owners are inside the environment's own limit. What nobody declared is unknown, which is
 * never a pass.
 */
export function jurisdiction({ address, jurisdiction }: LocationStatement, region: CountrySet): Judgement {
  const limit = countrySetNames[region];
  const stated = partiesOf(jurisdiction);
  const outside = stated.filter(({ country }) => !isIn(region, country));
  const list = (language: 'nb' | 'en', of: typeof stated): string =>
    of.map(({ who, country }) => `${who[language]} ${country}`).join(', ');
  if (outside.length > 0) {
    const rule = outside.some(({ country }) => ['SJ', 'BV'].includes(country)) ? [territories] : [];
    return fail(
      join(
        {
          nb: `${address}: utenfor egen grense (${limit.nb}): ${list('nb', outside)}. Loven der kan nå data som er lagret her.`,
          en: `${address}: outside your own limit (${limit.en}): ${list('en', outside)}. The law there may reach data that is stored here.`,
        },
        ...rule,
      ),
    );
  }
  const unknown = [
    jurisdiction.holderCountry === null
      ? {
          nb: 'registeret sier ikke hvilket land innehaveren hører til',
          en: 'the registry does not say which country the holder belongs to',
        }
      : null,
    jurisdiction.asn !== null && jurisdiction.asnCountry === null
      ? {
          nb: `registeret sier ikke hvilket land innehaveren av AS${jurisdiction.asn} hører til`,
          en: `the registry does not say which country the holder of AS${jurisdiction.asn} belongs to`,
        }
      : null,
    jurisdiction.declaredOwner === null
      ? { nb: 'leverandøren er ikke oppgitt', en: 'the provider is not declared' }
      : null,
    jurisdiction.declaredOwner !== null && jurisdiction.parent === null
      ? { nb: 'leverandørens eier er ikke oppgitt', en: "the provider's owner is not declared" }
      : null,
  ].filter((text) => text !== null);
  const known: Text = { nb: `${address}: ${list('nb', stated)}`, en: `${address}: ${list('en', stated)}` };
  if (unknown.length === 0) return pass({ nb: `${known.nb}.`, en: `${known.en}.` });
  const separator = stated.length === 0 ? '' : '; ';
  return notEvaluated({
    nb: `${known.nb}${separator}${unknown.map(({ nb }) => nb).join(', ')}.`,
    en: `${known.en}${separator}${unknown.map(({ en }) => en).join(', ')}.`,
  });
}

function partiesOf({
  holderCountry,
  asn,
  asnCountry,
  declaredOwner,
  parent,
}: Jurisdiction): { who: Text; country: string }[] {
  return [
    { who: { nb: 'innehaver av adressen', en: 'holder of the address' }, country: holderCountry },
    { who: { nb: `innehaver av AS${asn}`, en: `holder of AS${asn}` }, country: asnCountry },
    { who: { nb: 'leverandør (oppgitt)', en: 'provider (declared)' }, country: declaredOwner?.country ?? null },
    { who: { nb: 'leverandørens eier (oppgitt)', en: "provider's owner (declared)" }, country: parent },
  ].flatMap(({ who, country }) => (country === null ? [] : { who, country }));
}
