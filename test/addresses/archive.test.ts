import { describe, expect, it } from 'vitest';
import { archiveAddresses } from '../../addresses/archive.ts';
import { loadAddressBook } from '../../addresses/load.ts';
import { updateAddresses } from '../../addresses/update.ts';
import { hash, now, Project, text } from './project.ts';

const project = new Project();

describe('what the bundle keeps of the address data', () => {
  it('is the record behind each address, the hash of all of it, and the whole file where it is small', async () => {
    await updateAddresses(project.root, await project.given('ripe.txt', text), now);
    const book = await loadAddressBook(project.root, now);
    const seen = ['198.51.100.7', '::ffff:192.0.2.1', '192.0.2.1', 'mirror.example', '10.0.0.1', '2001:db8:d000::5'];
    const files = await archiveAddresses(book, seen);
    expect(files.map(({ path }) => path)).toEqual([
      'addresses/records.csv',
      'addresses/sources.json',
      'addresses/delegated-ripencc-2026-11-22.txt.gz',
    ]);
    expect(files[0]?.content).toBe(
      [
        'address,first,last,country,registry,date',
        '10.0.0.1,,,,,',
        '192.0.2.1,192.0.2.0,192.0.2.191,NO,ripencc,2026-11-22',
        '198.51.100.7,198.51.100.0,198.51.100.255,SE,ripencc,2026-11-22',
        '2001:db8:d000::5,2001:db8:d000::,2001:db8:d000:ffff:ffff:ffff:ffff:ffff,IS,ripencc,2026-11-22',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(String(files[1]?.content))).toMatchObject({
      sources: [{ sha256: hash('sha256', text), file: 'addresses/delegated-ripencc-2026-11-22.txt.gz' }],
    });
    expect(await archiveAddresses(book, seen.toReversed())).toEqual(files);
  });

  it('is the records and the hash only where the whole file is too large', async () => {
    await updateAddresses(project.root, await project.given('ripe.txt', text), now);
    const files = await archiveAddresses(await loadAddressBook(project.root, now), ['192.0.2.1'], 100);
    expect(files.map(({ path }) => path)).toEqual(['addresses/records.csv', 'addresses/sources.json']);
    expect(JSON.parse(String(files[1]?.content))).toMatchObject({
      sources: [{ sha256: hash('sha256', text), file: null }],
    });
  });

  it('is the records and the hash only where the data is a package that anybody can fetch', async () => {
    const files = await archiveAddresses(await loadAddressBook(project.root, now), ['129.240.2.6']);
    expect(files.map(({ path }) => path)).toEqual(['addresses/records.csv', 'addresses/sources.json']);
  });
});
