import { parseDelegated } from './delegated.ts';
import { addressBook, type LoadedAddressBook } from './lookup.ts';
import { readSeed } from './seed.ts';
import { attribution, type Source, sourceOf } from './source.ts';
import { readIndex, readStored, type StoredFile, storedPath } from './store.ts';

/**
 * Files that replace the seed, because they hold all it says about Europe. Without one of them the seed is used for
 * addresses that are in no stored file.
 */
const inPlaceOfSeed: readonly string[] = ['nro', 'ripencc'];

/**
 * Returns the address data of a project: what `update-addresses` stored, the newest first, or else what comes with
 * Jernverk. Reads some MB, so call it only if addresses are looked up.
 *
 * Throws InputError ADDRESS_STORE, ADDRESS_DATA or ADDRESS_DATA_MISSING.
 */
export async function loadAddressBook(root: string, now: Date): Promise<LoadedAddressBook> {
  const { files } = await readIndex(root);
  const newestFirst = files.toSorted(
    (a, b) => b.date.localeCompare(a.date, 'en') || a.registry.localeCompare(b.registry, 'en'),
  );
  const stored = await Promise.all(newestFirst.map((file) => readSource(root, file)));
  const seeds = files.some(({ registry }) => inPlaceOfSeed.includes(registry)) ? [] : [await readSeed()];
  return addressBook([...stored, ...seeds], now);
}

async function readSource(root: string, file: StoredFile): Promise<Source> {
  const data = parseDelegated(await readStored(root, file.sha256), `${file.registry} of ${file.date.slice(0, 10)}`);
  return sourceOf(
    {
      name: `delegated statistics of ${file.registry}, serial ${file.serial}`,
      registry: file.registry,
      date: data.date,
      sha256: file.sha256,
      from: file.from,
      attribution,
      archive: storedPath(root, file.sha256),
    },
    data,
  );
}
