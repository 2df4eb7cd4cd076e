import { isIn } from '../../addresses/countries.ts';
import { marks } from '../../benchmarks/report/map-marks.ts';
import type { Language, Text } from '../../lib/text.ts';
import { mapChart } from '../../pages/map-chart.ts';
import type { Colour } from '../../pages/palette.ts';
import type { Picture } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import type { Physics } from '../where/location.ts';
import { countryName, mapName } from './country-names.ts';
import { day, list, plain } from './format.ts';
import type { ReportExtras } from './input.ts';

const words = {
  title: { nb: 'Kart: to ulike spørsmål', en: 'Map: two different questions' },
  holders: {
    nb: 'Innehaverne av adressene det gikk trafikk til, hører hjemme i',
    en: 'The holders of the destination addresses are at home in',
  },
  noHolders: { nb: 'Ingen mottakeradresse har et kjent land.', en: 'No destination has a known country.' },
  physics: { nb: 'Byer som svartidene ikke utelukker', en: 'Cities that the round trips do not exclude' },
  of: { nb: 'for', en: 'for' },
  none: { nb: 'ingen i listen', en: 'none in the list' },
  measured: { nb: 'målt', en: 'measured' },
  notMeasured: { nb: 'Svartider fra vertene er ikke målt.', en: 'Round trips from the hosts were not measured.' },
  key: {
    nb: 'Farget land (blått i EØS, oransje utenfor): der innehavere av mottakeradresser hører hjemme rettslig, ikke der maskinene står. Kryss og grått: byer som er utelukket som stedet for alle målte verter. Åpne sirkler og ruter: byer som ikke er utelukket, rødt i utlandet; ruter er byer med samtrafikkpunkt.',
    en: 'Coloured countries (blue in the EEA, orange outside): the legal homes of destinations’ holders, not where the machines are. Crosses and grey: cities that are excluded as the place of all measured hosts. Open circles and diamonds: cities that are not excluded, red abroad; diamonds are exchange cities.',
  },
} as const satisfies Record<string, Text>;

/** The countries of destinations' holders, and where the hosts cannot be: on one map, but not in one column. */
export function mapPicture(audit: Audit, locations: ReportExtras['locations'], language: Language): Picture {
  const countries = [...new Set(audit.destinations.flatMap(({ holderCountry }) => holderCountry ?? []))].toSorted();
  const measured = measurements(locations);
  const sentences = [holders(countries, language), ...physicsWords(measured, language)];
  const picture = { name: 'map', title: words.title[language], words: sentences.join(' ') };
  if (countries.length === 0 && measured.size === 0) return { ...picture, chart: null };
  const shaded = new Map(
    countries.flatMap((code): [string, Colour][] => {
      const name = mapName(code);
      return name === null ? [] : [[name, isIn('eea', code) ? 'blue' : 'orange']];
    }),
  );
  return { ...picture, key: words.key[language], chart: mapChart({ marks: cityMarks(measured), shaded }) };
}

function holders(countries: readonly string[], language: Language): string {
  if (countries.length === 0) return words.noHolders[language];
  return `${words.holders[language]} ${list(
    countries.map((code) => countryName(code, language)),
    language,
  )}.`;
}

function physicsWords(measured: ReadonlyMap<string, Physics>, language: Language): string[] {
  if (measured.size === 0) return [words.notMeasured[language]];
  const hosts = [...measured].map(([host, { at, cities }]) => {
    const open = cities.filter(({ excluded }) => !excluded).map(({ name }) => plain(name));
    const names = open.length === 0 ? words.none[language] : list(open, language);
    return `${words.of[language]} ${plain(host)} ${names} (${words.measured[language]} ${day(at, language)})`;
  });
  return [`${words.physics[language]}: ${hosts.join('; ')}.`];
}

function measurements(locations: ReportExtras['locations']): Map<string, Physics> {
  return new Map(
    [...(locations ?? [])].flatMap(([host, statements]): [string, Physics][] => {
      const physics = statements?.find((statement) => statement.physics !== null)?.physics;
      return physics ? [[host, physics]] : [];
    }),
  );
}

/** A city counts as excluded if every measured host excludes it. */
function cityMarks(measured: ReadonlyMap<string, Physics>): object[] {
  if (measured.size === 0) return [];
  const excluded = new Map<string, { country: string; excluded: boolean }>();
  for (const { cities } of measured.values())
    for (const city of cities) {
      const before = excluded.get(city.name)?.excluded ?? true;
      excluded.set(city.name, { country: city.country, excluded: before && city.excluded });
    }
  const cities = [...excluded].map(([city, { country, excluded: isExcluded }]) => ({
    city,
    country: mapName(country) ?? country,
    excluded: isExcluded,
    by: null,
    floor_ms: null,
  }));
  return marks({ cities, roundTrips: [] });
}
