import { InputError } from '../lib/errors.ts';
import { type Family, parseAddress, widthOf } from './address.ts';

/** The network's own statement about where it uses these addresses. Nobody checks it. */
export interface SelfClaim {
  readonly network: string;
  /** ISO 3166 code. Null if the entry withdraws the statement. */
  readonly country: string | null;
  /** ISO 3166-2 code, such as `NO-03`. */
  readonly region: string | null;
  readonly city: string | null;
}

export interface Geofeed {
  /** Returns the claim of the smallest network that holds the address. */
  readonly claim: (address: string) => SelfClaim | null;
}

interface Entry {
  readonly family: Family;
  readonly start: bigint;
  readonly length: number;
  readonly claim: SelfClaim;
}

/**
 * Reads a geofeed (RFC 8805): `network,country,region,city,postal code`; `#` starts a comment. Further fields are
 * ignored. An empty country withdraws a claim. RFC 8805 §2.1.1.1: an address without a length is one address. Throws
 * InputError GEOFEED, with the line.
 */
export function parseGeofeed(text: string, name: string): Geofeed {
  const entries = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => parseLine(line.replace(/#.*$/, '').trim(), `${name}, line ${index + 1}`))
    .sort((a, b) => b.length - a.length);
  return {
    claim: (text) => {
      const address = parseAddress(text);
      if (address === null) return null;
      const found = entries.find(
        ({ family, start, length }) =>
          family === address.family && (start ^ address.value) >> BigInt(widthOf[family] - length) === 0n,
      );
      return found?.claim ?? null;
    },
  };
}

function parseLine(line: string, at: string): Entry[] {
  if (line === '') return [];
  const [network = '', country = '', region = '', city = ''] = line.split(',').map((field) => field.trim());
  const [text = '', lengthText, ...more] = network.split('/');
  const address = parseAddress(text);
  if (address === null || more.length > 0) throw wrong(at, 'a network such as 192.0.2.0/24', network);
  const width = widthOf[address.family];
  const length = lengthText === undefined ? width : Number(lengthText);
  if (!/^\d{1,3}$/.test(lengthText ?? '0') || length > width) throw wrong(at, `a length of 0 to ${width}`, network);
  if (address.value % (1n << BigInt(width - length)) !== 0n)
    throw wrong(at, `an address at which a /${length} begins`, network);
  if (!/^([A-Za-z]{2})?$/.test(country)) throw wrong(at, 'a country as two letters', country);
  const claim = {
    network,
    country: ['', 'ZZ'].includes(country.toUpperCase()) ? null : country.toUpperCase(),
    region: region || null,
    city: city || null,
  };
  return [{ family: address.family, start: address.value, length, claim }];
}

const wrong = (at: string, expected: string, given: string): InputError =>
  new InputError('GEOFEED', `${at}: expected ${expected}, given "${given.slice(0, 80)}"`, {
    hint: 'a geofeed has lines such as 192.0.2.0/24,NO,NO-03,Oslo,',
  });
