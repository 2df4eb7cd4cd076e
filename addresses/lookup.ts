import { createHash } from 'node:crypto';
import { type Family, formatAddress, parseAddress } from './address.ts';
import { type AgedSource, ageDays } from './age.ts';
import type { AddressBook } from './book.ts';
import { type Span, united, without } from './ranges.ts';
import type { Source, SourceDetails } from './source.ts';

/** The record that covers an address. */
export interface AddressRecord {
  readonly address: string;
  readonly first: string;
  readonly last: string;
  readonly country: string;
  readonly source: SourceDetails;
}

/** Loaded address data, with what the audit and the egress policy need in addition to the country. */
export interface LoadedAddressBook extends AddressBook {
  readonly source: AgedSource;
  /** Its sources, the newest first. A newer source has precedence. */
  readonly sources: readonly SourceDetails[];
  readonly record: (address: string) => AddressRecord | null;
  /** Returns the country of the holder of an AS number. Null if no record has it; the seed has no AS numbers at all. */
  readonly asnCountry: (asn: number) => string | null;
  /** Returns the fewest ranges, `first-last`, that hold all addresses of holders in these countries. */
  readonly rangesOf: (countries: readonly string[], family: Family) => readonly string[];
}

/** @param sources at least one, in order of precedence */
export function addressBook(sources: readonly Source[], now: Date): LoadedAddressBook {
  const record = (text: string): AddressRecord | null => {
    const address = parseAddress(text);
    if (address === null) return null;
    const { family } = address;
    for (const { details, tables } of sources) {
      const found = tables[family].find(address.value);
      if (found === null) continue;
      const [first, last] = [found.start, found.end].map((value) => formatAddress({ family, value }));
      return {
        address: formatAddress(address),
        first: first ?? '',
        last: last ?? '',
        country: found.country,
        source: details,
      };
    }
    return null;
  };
  return {
    record,
    country: (address) => record(address)?.country ?? null,
    asnCountry: (asn) => {
      for (const { tables } of sources) {
        const found = tables.asn.find(BigInt(asn));
        if (found !== null) return found.country;
      }
      return null;
    },
    rangesOf: (countries, family) =>
      united(spansOf(sources, new Set(countries), family)).map(({ start, end }) =>
        [start, end].map((value) => formatAddress({ family, value })).join('-'),
      ),
    source: joined(
      sources.map(({ details }) => details),
      now,
    ),
    sources: sources.map(({ details }) => details),
  };
}

/** Returns the addresses of holders in some countries. For each address the first source that has it decides. */
function spansOf(sources: readonly Source[], countries: ReadonlySet<string>, family: Family): Span[] {
  let answered: Span[] = [];
  let result: Span[] = [];
  sources.forEach(({ tables }, index) => {
    const ranges = [...tables[family].ranges()];
    result = result.concat(
      without(
        ranges.filter(({ country }) => countries.has(country)),
        answered,
      ),
    );
    if (index < sources.length - 1) answered = united([...answered, ...ranges]);
  });
  return result;
}

/** Combines several sources into one. Its date is that of the oldest; its hash is over their hashes, one per line. */
function joined(sources: readonly SourceDetails[], now: Date): AgedSource {
  const [first, ...more] = sources;
  if (first === undefined) throw new Error('an address book needs a source');
  const date = new Date(Math.min(...sources.map((source) => source.date.getTime())));
  const sha256 =
    more.length === 0
      ? first.sha256
      : createHash('sha256')
          .update(sources.map((source) => `${source.sha256}\n`).join(''))
          .digest('hex');
  return {
    date,
    sha256,
    name: sources.map(({ name }) => name).join(' + '),
    attribution: [...new Set(sources.map((source) => source.attribution))].join('; '),
    ageDays: ageDays(date, now),
  };
}
