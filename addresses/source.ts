import type { Family } from './address.ts';
import type { AddressSource } from './book.ts';
import type { Registry } from './delegated.ts';
import type { Range } from './ranges.ts';
import { type RangeTable, rangeTable } from './table.ts';

/** What CC BY 4.0 wants beside every use of the registries' statistics. */
export const attribution = 'Number Resource Organization (nro.net), CC BY 4.0';

/** Where one body of data came from. */
export interface SourceDetails extends AddressSource {
  readonly registry: Registry | 'seed';
  /** The path or address that it was read from; `npm` for what comes with Jernverk. */
  readonly from: string;
  /** Where its bytes are kept, gzip as they are; null where they are in a package that anybody can fetch. */
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
