import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAddressBook } from '../../addresses/load.ts';
import { readIndex, storedPath } from '../../addresses/store.ts';
import { updateAddresses } from '../../addresses/update.ts';
import { exported, hash, now, Project, text } from './project.ts';

const arin = await readFile('test/fixtures/audit/addresses/delegated-arin.txt', 'utf8');
const seedName = '@ip-location-db/asn-country 2.3.2026061719';

const project = new Project();
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
});

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

const country = async (address: string): Promise<string | null> =>
  (await loadAddressBook(project.root, now)).country(address);

describe('jernverk audit update-addresses', () => {
  it('keeps a file, and it answers in place of the seed', async () => {
    expect(await country('192.0.2.200')).toBeNull();
    const updated = await updateAddresses(project.root, await project.given('ripe.txt', text), now);
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
    const book = await loadAddressBook(project.root, now);
    expect(book.country('192.0.2.200')).toBe('GB');
    expect(book.country('129.240.2.6')).toBeNull();
    expect(book.asnCountry(64496)).toBe('NO');
    expect(book.source).toMatchObject({ sha256: hash('sha256', text), ageDays: 1 });
  });

  it('reads gzip, and hashes what is in it', async () => {
    const updated = await updateAddresses(project.root, await project.given('ripe.gz', gzipSync(text)), now);
    expect(updated).toMatchObject({ file: { sha256: hash('sha256', text) } });
  });

  it('reads from a server, and compares the checksum beside it as the registries write it', async () => {
    const url = await serve({
      '/latest?x=1': text,
      '/latest.md5?x=1': `MD5 (delegated-ripencc-extended-latest) = ${hash('md5', text)}\n`,
    });
    const updated = await updateAddresses(project.root, `${url}/latest?x=1`, now);
    expect(updated).toMatchObject({ file: { checksum: 'md5', from: `${url}/latest?x=1` } });
    expect(await country('198.51.100.1')).toBe('SE');
  });

  it.each([
    ['sha256', (content: Buffer): string => `${hash('sha256', content)}  ripe.gz\n`],
    ['sha256', (): string => `${hash('sha256', text).toUpperCase()}`],
    ['md5', (content: Buffer): string => `MD5 (ripe.gz)= ${hash('md5', content)}`],
  ] as const)('takes a %s of the packed file or of its content, in each usual form', async (algorithm, checksum) => {
    const packed = gzipSync(text);
    const file = await project.given('ripe.gz', packed);
    await project.given(`ripe.gz.${algorithm}`, checksum(packed));
    expect(await updateAddresses(project.root, file, now)).toMatchObject({ file: { checksum: algorithm } });
  });

  it('does nothing where it has the file already', async () => {
    const file = await project.given('ripe.txt', text);
    await updateAddresses(project.root, file, now);
    const before = await readIndex(project.root);
    expect(await updateAddresses(project.root, file, new Date('2026-11-24T12:00:00Z'))).toMatchObject({
      changed: false,
    });
    expect(await readIndex(project.root)).toEqual(before);
  });

  it('keeps the bytes of an earlier file, for bundles that name its hash', async () => {
    await updateAddresses(project.root, await project.given('a.txt', text), now);
    await updateAddresses(project.root, await project.given('b.txt', text.replace('|20261122|', '|20261123|')), now);
    const names = await readdir(join(project.root, '.jernverk/addresses'));
    expect(names).toContain(`${hash('sha256', text)}.gz`);
    expect(names).toHaveLength(3);
    expect((await readIndex(project.root)).files).toHaveLength(1);
  });

  it('puts registries together: the newer answers first, and the whole is as old as the oldest', async () => {
    await updateAddresses(project.root, await project.given('arin.txt', arin), now);
    expect((await loadAddressBook(project.root, now)).source.name).toContain(seedName);
    expect(await country('129.240.2.6')).toBe('NO');
    await updateAddresses(project.root, await project.given('ripe.txt', text), now);
    const book = await loadAddressBook(project.root, now);
    expect(book.source.date).toEqual(new Date('2026-11-21T00:00:00Z'));
    expect(book.source.name).not.toContain(seedName);
    expect([book.country('203.0.113.1'), book.country('198.19.0.1')]).toEqual(['EU', 'US']);
    expect(book.rangesOf(['US'], 'ipv4')).toEqual(['198.19.0.0-198.19.1.255']);
  });

  it('keeps an exchange’s member export', async () => {
    const url = await serve({ '/ixf': exported });
    expect(await updateAddresses(project.root, `${url}/ixf`, now)).toMatchObject({
      kind: 'members',
      exchanges: ['IX-A', 'IX-B'],
      members: 2,
    });
    await updateAddresses(project.root, `${url}/ixf`, now);
    expect((await readIndex(project.root)).members).toHaveLength(1);
    expect((await readIndex(project.root)).files).toEqual([]);
  });
});

describe('what is damaged, partial or older is refused, and what was there stays', () => {
  beforeEach(async () => {
    await updateAddresses(project.root, await project.given('good.txt', text), now);
  });
  const expectRefused = async (source: string, code: string, message: string | RegExp): Promise<void> => {
    const before = await readIndex(project.root);
    await expect(updateAddresses(project.root, source, now)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      exitCode: 2,
    });
    expect(await readIndex(project.root)).toEqual(before);
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
    const file = await project.given('cut.gz', gzipSync(newer).subarray(0, -20));
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
    await expectRefused(join(project.root, 'none'), 'ADDRESS_DATA_UNREADABLE', 'there is no such file');
    await expectRefused(`${url}/none`, 'ADDRESS_DATA_UNREADABLE', 'there is no such file');
    await expectRefused('http://127.0.0.1:1/none', 'ADDRESS_DATA_UNREADABLE', /cannot read/);
  });

  it('data that is older than what is stored', async () => {
    const file = await project.given('old.txt', text.replace('|20261122|', '|20261101|'));
    await expectRefused(
      file,
      'ADDRESS_DATA_OLDER',
      'expected data from 2026-11-22, as what is stored is, or newer, given 2026-11-01',
    );
  });

  it('data that is older than what came with Jernverk', async () => {
    const file = await project.given('old.txt', arin.replace('|20261121|', '|20260101|'));
    await expectRefused(file, 'ADDRESS_DATA_OLDER', 'expected data from 2026-06-17, as what came with Jernverk is');
  });

  it('data of tomorrow and after', async () => {
    await expectRefused(
      await project.given('b.txt', text.replace('|20261122|', '|20261126|')),
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
      await project.given('part.txt', part),
      'ADDRESS_DATA_CUT_OFF',
      'expected about 15 records, as on 2026-11-22, and there are 5',
    );
  });

  it('a member export that is cut off', async () => {
    await expectRefused(
      await project.given('ixf.json', exported.slice(0, 900)),
      'MEMBER_EXPORT',
      'expected JSON, and it is not, or is cut off',
    );
  });

  it('stored bytes that were changed are an error, never silently the seed', async () => {
    await writeFile(storedPath(project.root, hash('sha256', text)), gzipSync(text.replace('|NO|', '|US|')));
    await expect(loadAddressBook(project.root, now)).rejects.toMatchObject({
      code: 'ADDRESS_STORE',
      message: expect.stringContaining('another hash'),
    });
    const index = join(project.root, '.jernverk/addresses/index.json');
    await writeFile(index, '{');
    await expect(loadAddressBook(project.root, now)).rejects.toMatchObject({ code: 'ADDRESS_STORE' });
    await rm(index);
    await mkdir(index);
    await expect(loadAddressBook(project.root, now)).rejects.toMatchObject({ code: 'ADDRESS_STORE' });
  });
});
