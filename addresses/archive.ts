import { readFile } from 'node:fs/promises';
import { formatAddress, parseAddress } from './address.ts';
import type { LoadedAddressBook } from './lookup.ts';

/** One file of the evidence bundle. */
export interface ArchivedFile {
  /** In the bundle: `addresses/records.csv`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A whole body of data beyond this stays where it is: a bundle must stay small enough to be kept and sent. */
const usualMostBytes = 5 * 2 ** 20;

/**
 * What the bundle keeps of the address data. Always: the record behind every address that the audit saw, which is all
 * that its findings rest on, and where the data came from, with its hash. Besides, where it is small, the registry's
 * whole file: then anybody can also look for what we might have overlooked. It goes in as it was packed when it was
 * stored, so that the same data gives the same bytes. The seed never goes in: a package with an exact version is there
 * for anybody to fetch.
 *
 * @param seen addresses; texts that are none are left out
 * @param mostBytes of a whole file, packed; 5 MB by default
 */
export async function archiveAddresses(
  book: LoadedAddressBook,
  seen: readonly string[],
  mostBytes: number = usualMostBytes,
): Promise<ArchivedFile[]> {
  const whole = await Promise.all(
    book.sources.map(async ({ archive, registry, date }): Promise<ArchivedFile[]> => {
      if (archive === null) return [];
      const content = await readFile(archive);
      return content.length > mostBytes
        ? []
        : [{ path: `addresses/delegated-${registry}-${date.toISOString().slice(0, 10)}.txt.gz`, content }];
    }),
  );
  const files = whole.flat();
  return [
    { path: 'addresses/records.csv', content: recordsCsv(book, seen) },
    { path: 'addresses/sources.json', content: sourcesJson(book, files) },
    ...files,
  ];
}

function recordsCsv(book: LoadedAddressBook, seen: readonly string[]): string {
  const rows = distinctAddresses(seen).map((address) => {
    const record = book.record(address);
    if (record === null) return [address, '', '', '', '', ''];
    const { first, last, country, source } = record;
    return [address, first, last, country, source.registry, source.date.toISOString().slice(0, 10)];
  });
  return ['address,first,last,country,registry,date', ...rows.map((row) => row.join(',')), ''].join('\n');
}

function distinctAddresses(texts: readonly string[]): string[] {
  const addresses = texts.flatMap((text) => parseAddress(text) ?? []);
  return [...new Set(addresses.map(formatAddress))].sort();
}

function sourcesJson(book: LoadedAddressBook, files: readonly ArchivedFile[]): string {
  const sources = book.sources.map(({ name, registry, date, sha256, from, attribution }) => ({
    name,
    registry,
    date: date.toISOString().slice(0, 10),
    /** Over the unpacked bytes. */
    sha256,
    from,
    attribution,
    file: files.find(({ path }) => path.includes(`-${registry}-`))?.path ?? null,
  }));
  return `${JSON.stringify({ sources }, null, 2)}\n`;
}
