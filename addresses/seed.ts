import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { InputError } from '../lib/errors.ts';
import type { Family } from './address.ts';
import { type Range, settle } from './ranges.ts';
import { attribution, type Source, sourceOf } from './source.ts';

const require = createRequire(import.meta.url);

/**
 * The data that comes with Jernverk: a package whose author merged the statistics of all five registries by country.
 * The package is discontinued and warns of mistakes in it. It is for the first day only: by Jernverk's own rule it is
 * stale, and `jernverk audit update-addresses` replaces it. It has no AS numbers.
 */
const seed = {
  name: '@ip-location-db/asn-country 2.3.2026061719',
  /** Taken from the version. The registries' own dates are not in the package. */
  date: new Date('2026-06-17T00:00:00Z'),
  // The folder of packages is above this file, both in the bundle and in the sources.
  files: {
    ipv4: () => require.resolve('@ip-location-db/asn-country/asn-country-ipv4-num.csv'),
    ipv6: () => require.resolve('@ip-location-db/asn-country/asn-country-ipv6-num.csv'),
  },
};

export const seedDate = seed.date;

/** Reads 9 MB, which takes about a quarter of a second. Call it only if address data is needed. */
export async function readSeed(): Promise<Source> {
  const [ipv4, ipv6] = await Promise.all([readPackaged('ipv4'), readPackaged('ipv6')]);
  return sourceOf(
    {
      name: seed.name,
      registry: 'seed',
      date: seed.date,
      sha256: createHash('sha256').update(ipv4).update(ipv6).digest('hex'),
      from: 'npm',
      attribution: `${attribution}, merged by sapics/ip-location-db (CC0)`,
      archive: null,
    },
    {
      ipv4: settle(parseSeed(ipv4, `${seed.name}, ipv4`)).ranges,
      ipv6: settle(parseSeed(ipv6, `${seed.name}, ipv6`)).ranges,
      asn: [],
    },
  );
}

async function readPackaged(family: Family): Promise<string> {
  try {
    return await readFile(seed.files[family](), 'utf8');
  } catch (cause) {
    throw new InputError(
      'ADDRESS_DATA_MISSING',
      `cannot read the address data that comes with Jernverk: ${seed.name}, ${family}`,
      {
        hint: 'run npm ci, or give data of your own: ./jernverk audit update-addresses FILE',
        cause,
      },
    );
  }
}

/** Reads `first,last,country`, with addresses as decimal numbers. */
export function parseSeed(text: string, name: string): Range[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const [, start, end, country] = /^(\d+),(\d+),([A-Z]{2})\r?$/.exec(line) ?? [];
    if (start === undefined || end === undefined || country === undefined) {
      throw new InputError(
        'ADDRESS_DATA',
        `${name}, line ${index + 1}: expected first,last,country, given "${line.slice(0, 80)}"`,
      );
    }
    return { start: BigInt(start), end: BigInt(end), country };
  });
}
