import { countrySets } from '../../../addresses/countries.ts';
import { putBlob } from '../../../platform/build/blobs.ts';
import type { EgressNetworks } from '../../engine/topic.ts';
import type { Environment } from '../../environment/schema.ts';

/** The part of an address book that this file needs. */
interface NetworkBook {
  readonly rangesOf: (countries: readonly string[], family: 'ipv4' | 'ipv6') => readonly string[];
}

/**
 * Makes the file of the country ring. Null if the environment has none. The ranges of the EEA are some 37,000, too many
 * for a setting that people read, so they travel as a blob. Throws InputError if the address data cannot be read.
 */
export async function prepareNetworks(
  environment: Environment,
  root: string,
  now: Date,
): Promise<EgressNetworks | null> {
  const { mode, countries } = environment.egress;
  if (countries === 'any' || (mode !== 'report' && mode !== 'enforce')) return null;
  // Every plan comes through here, and few environments need the address data.
  const { loadAddressBook } = await import('../../../addresses/load.ts');
  const book = await loadAddressBook(root, now);
  const text = networksText(book, countrySets[countries]);
  return { digest: await putBlob(root, Buffer.from(text)) };
}

/** The sets are `constant`: nobody can change them while rules use them. */
export function networksText(book: NetworkBook, countries: readonly string[]): string {
  return [
    set('networks4', 'ipv4_addr', book.rangesOf(countries, 'ipv4')),
    set('networks6', 'ipv6_addr', book.rangesOf(countries, 'ipv6')),
  ].join('');
}

const set = (name: string, type: string, ranges: readonly string[]): string =>
  [
    `set ${name} {`,
    `\ttype ${type}`,
    '\tflags constant, interval',
    '\tauto-merge',
    ...(ranges.length === 0 ? [] : ['\telements = {', ...ranges.map((range) => `\t\t${range},`), '\t}']),
    '}',
    '',
  ].join('\n');
