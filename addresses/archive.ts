import { readFile } from 'node:fs/promises';
import { formatAddress, parseAddress } from './address.ts';
import type { LoadedAddressBook } from './lookup.ts';

/** One file of the evidence bundle. */
export interface ArchivedFile {
  /** Path in the bundle: `addresses/records.csv`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Larger files are not copied into the bundle, which must stay small enough to be kept and sent. */
const usualMostBytes = 5 * 2 ** 20;

/**
 * Returns the address data that the bundle keeps. It always has the record of every address that the audit saw, which
 * is all that its findings are based on, and the source of the data with its hash. A registry's whole file is added if
 * it is small: with it anybody can look for what the audit might have missed. The file keeps the packing in which it
 * was stored, so that the same data gives the same bytes. The seed is never added, because anybody can fetch its
 * package in the exact version.
 *
 * @param seen addresses; a text that is not an address is left out
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
    /** Of the unpacked bytes. */
    sha256,
    from,
    attribution,
    file: files.find(({ path }) => path.includes(`-${registry}-`))?.path ?? null,
  }));
  return `${JSON.stringify({ sources }, null, 2)}\n`;
}
