import type { Family } from './address.ts';
import type { AddressSource } from './book.ts';
import type { Registry } from './delegated.ts';
import type { Range } from './ranges.ts';
import { type RangeTable, rangeTable } from './table.ts';

/** The credit that CC BY 4.0 requires wherever the registries' statistics are used. */
export const attribution = 'Number Resource Organization (nro.net), CC BY 4.0';

/** The source of one body of data. */
export interface SourceDetails extends AddressSource {
  readonly registry: Registry | 'seed';
  /** The path or address that it was read from. `npm` for the data that comes with Jernverk. */
  readonly from: string;
  /** Path of its bytes, still packed with gzip. Null if they are in a package that anybody can fetch. */
  readonly archive: string | null;
}

/** One body of data, ready for lookup. */
export interface Source {
  readonly details: SourceDetails;
  readonly tables: Readonly<Record<Family | 'asn', RangeTable>>;
}

export const sourceOf = (
  details: SourceDetails,
  ranges: Readonly<Record<Family | 'asn', readonly Range[]>>,
): Source => ({
  details,
  tables: { ipv4: rangeTable(ranges.ipv4), ipv6: rangeTable(ranges.ipv6), asn: rangeTable(ranges.asn) },
});
