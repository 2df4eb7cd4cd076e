import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveAddresses } from '../../addresses/archive.ts';
import { loadAddressBook } from '../../addresses/load.ts';
import { readIndex, storedPath } from '../../addresses/store.ts';
import { updateAddresses } from '../../addresses/update.ts';
import { updateAddressesCommand } from '../../cli/audit-update-addresses.ts';
import { onPrinted } from '../support/printed.ts';

const text = await readFile('test/fixtures/audit/addresses/delegated-ripencc-extended.txt', 'utf8');
const arin = await readFile('test/fixtures/audit/addresses/delegated-arin.txt', 'utf8');
const exported = await readFile('test/fixtures/audit/addresses/ixf-1.0.json', 'utf8');
const now = new Date('2026-11-23T12:00:00Z');
const hash = (algorithm: string, content: string | Buffer): string =>
  createHash(algorithm).update(content).digest('hex');
const seedName = '@ip-location-db/asn-country 2.3.2026061719';

let root: string;
let server: Server | undefined;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jernverk-addresses-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
  await rm(root, { recursive: true });
});

async function given(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(root, name), content);
  return join(root, name);
}

/** A real server; what is not listed is 404. */
async function serve(files: Readonly<Record<string, RequestListener | string | Buffer>>): Promise<string> {
  const listening = createServer((request, response) => {
    const answer = files[request.url ?? ''];
    if (typeof answer === 'function') answer(request, response);
    else if (answer === undefined) response.writeHead(404).end('no');
    else response.end(answer);
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

const country = async (address: string): Promise<string | null> => (await loadAddressBook(root, now)).country(address);

describe('jernverk audit update-addresses', () => {
  it('keeps a file, and it answers in place of the seed', async () => {
    expect(await country('192.0.2.200')).toBeNull();
    const updated = await updateAddresses(root, await given('ripe.txt', text), now);
    expect(updated).toMatchObject({
      kind: 'addresses',
      changed: true,
      file: {
        registry: 'ripencc',
        date: '2026-11-22T00:00:00.000Z',
        sha256: hash('sha256', text),
        checksum: null,
        records: 15,
      },
    });
    const book = await loadAddressBook(root, now);
    expect(book.country('192.0.2.200')).toBe('GB');
    expect(book.country('129.240.2.6')).toBeNull();
    expect(book.asnCountry(64496)).toBe('NO');
    expect(book.source).toMatchObject({ sha256: hash('sha256', text), ageDays: 1 });
  });

  it('reads gzip, and hashes what is in it', async () => {
    const updated = await updateAddresses(root, await given('ripe.gz', gzipSync(text)), now);
    expect(updated).toMatchObject({ file: { sha256: hash('sha256', text) } });
  });

  it('reads from a server, and compares the checksum beside it as the registries write it', async () => {
    const url = await serve({
      '/latest?x=1': text,
      '/latest.md5?x=1': `MD5 (delegated-ripencc-extended-latest) = ${hash('md5', text)}\n`,
    });
    const updated = await updateAddresses(root, `${url}/latest?x=1`, now);
    expect(updated).toMatchObject({ file: { checksum: 'md5', from: `${url}/latest?x=1` } });
    expect(await country('198.51.100.1')).toBe('SE');
  });

  it.each([
    ['sha256', (content: Buffer): string => `${hash('sha256', content)}  ripe.gz\n`],
    ['sha256', (): string => `${hash('sha256', text).toUpperCase()}`],
    ['md5', (content: Buffer): string => `MD5 (ripe.gz)= ${hash('md5', content)}`],
  ] as const)('takes a %s of the packed file or of its content, in each usual form', async (algorithm, checksum) => {
    const packed = gzipSync(text);
    const file = await given('ripe.gz', packed);
    await given(`ripe.gz.${algorithm}`, checksum(packed));
    expect(await updateAddresses(root, file, now)).toMatchObject({ file: { checksum: algorithm } });
  });

  it('does nothing where it has the file already', async () => {
    const file = await given('ripe.txt', text);
    await updateAddresses(root, file, now);
    const before = await readIndex(root);
    expect(await updateAddresses(root, file, new Date('2026-11-24T12:00:00Z'))).toMatchObject({ changed: false });
    expect(await readIndex(root)).toEqual(before);
  });

  it('keeps the bytes of an earlier file, for bundles that name its hash', async () => {
    await updateAddresses(root, await given('a.txt', text), now);
    await updateAddresses(root, await given('b.txt', text.replace('|20261122|', '|20261123|')), now);
    const names = await readdir(join(root, '.jernverk/addresses'));
    expect(names).toContain(`${hash('sha256', text)}.gz`);
    expect(names).toHaveLength(3);
    expect((await readIndex(root)).files).toHaveLength(1);
  });

  it('puts registries together: the newer answers first, and the whole is as old as the oldest', async () => {
    await updateAddresses(root, await given('arin.txt', arin), now);
    expect((await loadAddressBook(root, now)).source.name).toContain(seedName);
    expect(await country('129.240.2.6')).toBe('NO');
    await updateAddresses(root, await given('ripe.txt', text), now);
    const book = await loadAddressBook(root, now);
    expect(book.source.date).toEqual(new Date('2026-11-21T00:00:00Z'));
    expect(book.source.name).not.toContain(seedName);
    expect([book.country('203.0.113.1'), book.country('198.19.0.1')]).toEqual(['EU', 'US']);
    expect(book.rangesOf(['US'], 'ipv4')).toEqual(['198.19.0.0-198.19.1.255']);
  });

  it('keeps an exchange’s member export', async () => {
    const url = await serve({ '/ixf': exported });
    expect(await updateAddresses(root, `${url}/ixf`, now)).toMatchObject({
      kind: 'members',
      exchanges: ['IX-A', 'IX-B'],
      members: 2,
    });
    await updateAddresses(root, `${url}/ixf`, now);
    expect((await readIndex(root)).members).toHaveLength(1);
    expect((await readIndex(root)).files).toEqual([]);
  });
});

describe('what is damaged, partial or older is refused, and what was there stays', () => {
  beforeEach(async () => {
    await updateAddresses(root, await given('good.txt', text), now);
  });
  const expectRefused = async (source: string, code: string, message: string | RegExp): Promise<void> => {
    const before = await readIndex(root);
    await expect(updateAddresses(root, source, now)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      exitCode: 2,
    });
    expect(await readIndex(root)).toEqual(before);
    expect(await country('192.0.2.1')).toBe('NO');
  };
  const newer = text.replace('|20261122|', '|20261123|');

  it('a download that ends too early', async () => {
    const url = await serve({
      '/latest': (_request, response) => {
        response.writeHead(200, { 'content-length': newer.length });
        response.write(newer.slice(0, 900), () => response.destroy());
      },
    });
    await expectRefused(`${url}/latest`, 'ADDRESS_DATA_UNREADABLE', /cannot read http.*: /);
  });

  it('a file that was cut off by the sender, who says nothing', async () => {
    const url = await serve({ '/latest': newer.split('\n').slice(0, -3).join('\n') });
    await expectRefused(
      `${url}/latest`,
      'ADDRESS_DATA_CUT_OFF',
      'expected 15 records, as its header says, and there are 13',
    );
  });

  it('gzip that was cut off', async () => {
    const file = await given('cut.gz', gzipSync(newer).subarray(0, -20));
    await expectRefused(file, 'ADDRESS_DATA_CUT_OFF', 'expected a whole gzip file');
  });

  it('another checksum than the one beside it', async () => {
    const url = await serve({ '/latest': newer, '/latest.md5': hash('md5', text) });
    await expectRefused(`${url}/latest`, 'ADDRESS_DATA_CHECKSUM', `expected md5 ${hash('md5', text)}, given `);
  });

  it('a checksum that is none', async () => {
    const url = await serve({ '/latest': newer, '/latest.md5': '<html>' });
    await expectRefused(`${url}/latest`, 'ADDRESS_DATA_CHECKSUM', 'expected a checksum, given "<html>"');
  });

  it('a server that fails, at the file or at the checksum', async () => {
    const url = await serve({
      '/a': (_request, response) => response.writeHead(503).end(),
      '/b': newer,
      '/b.sha256': (_request, response) => response.writeHead(500).end(),
    });
    await expectRefused(`${url}/a`, 'ADDRESS_DATA_UNREADABLE', 'the server answered 503');
    await expectRefused(`${url}/b`, 'ADDRESS_DATA_UNREADABLE', 'the server answered 500');
  });

  it('nothing there, on disk or on a server', async () => {
    const url = await serve({});
    await expectRefused(join(root, 'none'), 'ADDRESS_DATA_UNREADABLE', 'there is no such file');
    await expectRefused(`${url}/none`, 'ADDRESS_DATA_UNREADABLE', 'there is no such file');
    await expectRefused('http://127.0.0.1:1/none', 'ADDRESS_DATA_UNREADABLE', /cannot read/);
  });

  it('data that is older than what is stored', async () => {
    const file = await given('old.txt', text.replace('|20261122|', '|20261101|'));
    await expectRefused(
      file,
      'ADDRESS_DATA_OLDER',
      'expected data from 2026-11-22, as what is stored is, or newer, given 2026-11-01',
    );
  });

  it('data that is older than what came with Jernverk', async () => {
    const file = await given('old.txt', arin.replace('|20261121|', '|20260101|'));
    await expectRefused(file, 'ADDRESS_DATA_OLDER', 'expected data from 2026-06-17, as what came with Jernverk is');
  });

  it('data of tomorrow and after', async () => {
    await expectRefused(
      await given('b.txt', text.replace('|20261122|', '|20261126|')),
      'ADDRESS_DATA',
      'or before, given 2026-11-26',
    );
  });

  it('a file that has lost many records, though it says so itself', async () => {
    const part = newer
      .replace('|15|19700101|', '|5|19700101|')
      .replaceAll(/^.*\|summary\n/gm, '')
      .split('\n')
      .slice(0, 7)
      .join('\n');
    await expectRefused(
      await given('part.txt', part),
      'ADDRESS_DATA_CUT_OFF',
      'expected about 15 records, as on 2026-11-22, and there are 5',
    );
  });

  it('a member export that is cut off', async () => {
    await expectRefused(
      await given('ixf.json', exported.slice(0, 900)),
      'MEMBER_EXPORT',
      'expected JSON, and it is not, or is cut off',
    );
  });

  it('stored bytes that were changed are an error, never silently the seed', async () => {
    await writeFile(storedPath(root, hash('sha256', text)), gzipSync(text.replace('|NO|', '|US|')));
    await expect(loadAddressBook(root, now)).rejects.toMatchObject({
      code: 'ADDRESS_STORE',
      message: expect.stringContaining('another hash'),
    });
    const index = join(root, '.jernverk/addresses/index.json');
    await writeFile(index, '{');
    await expect(loadAddressBook(root, now)).rejects.toMatchObject({ code: 'ADDRESS_STORE' });
    await rm(index);
    await mkdir(index);
    await expect(loadAddressBook(root, now)).rejects.toMatchObject({ code: 'ADDRESS_STORE' });
  });
});

describe('the command', () => {
  const run = async (source: string, json = false): Promise<string> => {
    let printed = '';
    const print = onPrinted((text) => {
      printed = text;
    });
    const invocation = { environment: '', json, arguments: { source }, rest: [], options: {} };
    try {
      expect(await updateAddressesCommand(invocation, root)).toBe(0);
      return printed;
    } finally {
      print.mockRestore();
    }
  };

  it('says what was kept, for people and for programs', async () => {
    const file = await given('ripe.txt', text);
    expect(await run(file)).toBe(
      `ripencc, 2026-11-22: 15 records kept\n  sha256 ${hash('sha256', text)} (no checksum file next to it)`,
    );
    expect(await run(file)).toContain('15 records: already there');
    expect(JSON.parse(await run(file, true))).toMatchObject({ kind: 'addresses', changed: false });
    expect(await run(await given('ixf.json', exported))).toBe('member export of IX-A, IX-B: 2 memberships kept');
  });
});

describe('what the bundle keeps of the address data', () => {
  it('is the record behind each address, the hash of all of it, and the whole file where it is small', async () => {
    await updateAddresses(root, await given('ripe.txt', text), now);
    const book = await loadAddressBook(root, now);
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
    await updateAddresses(root, await given('ripe.txt', text), now);
    const files = await archiveAddresses(await loadAddressBook(root, now), ['192.0.2.1'], 100);
    expect(files.map(({ path }) => path)).toEqual(['addresses/records.csv', 'addresses/sources.json']);
    expect(JSON.parse(String(files[1]?.content))).toMatchObject({
      sources: [{ sha256: hash('sha256', text), file: null }],
    });
  });

  it('is the records and the hash only where the data is a package that anybody can fetch', async () => {
    const files = await archiveAddresses(await loadAddressBook(root, now), ['129.240.2.6']);
    expect(files.map(({ path }) => path)).toEqual(['addresses/records.csv', 'addresses/sources.json']);
  });
});
