import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Audit } from '../../../audit/audit.ts';
import { writeBundle } from '../../../audit/evidence/bundle.ts';
import { canonicalJson } from '../../../audit/evidence/canonical-json.ts';
import { readFolder } from '../../../audit/evidence/folder.ts';
import { allowedSigners } from '../../../audit/evidence/signers.ts';
import { statementSchema } from '../../../audit/evidence/statement.ts';
import { type Verification, verifyBundle } from '../../../audit/evidence/verify.ts';
import { contents } from './support/example.ts';
import { type Key, makeKey, sharedFolder, temporaryFolder } from './support/folders.ts';
import { changed, edit, fitStatement, signAgain, signedBundle } from './support/signed.ts';

const shared = sharedFolder();
let key: Key;
let stranger: Key;
let signers: string;
let intact: string;

beforeAll(async () => {
  key = await makeKey(shared.path, 'key');
  stranger = await makeKey(shared.path, 'stranger');
  signers = allowedSigners([key.publicKey]);
  intact = await bundle(join(shared.path, 'alone'), {});
});

/** A copy to spoil. */
async function copy(): Promise<string> {
  const folder = join(await temporaryFolder(), 'bundle');
  await cp(intact, folder, { recursive: true });
  return folder;
}

const bundle = (bundles: string, different: Partial<Audit>, by = key): Promise<string> =>
  signedBundle(bundles, different, by);
const verify = (folder: string): Promise<Verification> => verifyBundle(folder, { signers });

describe('a bundle as it was signed', () => {
  it('is intact, and says whose key it was', async () => {
    const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', `${key.path}.pub`], { encoding: 'utf8' }).split(' ')[1];
    expect(await verify(intact)).toEqual({ state: 'intact', key: fingerprint, chain: 'first' });
  });

  it('is intact by an allowed_signers file with other principals', async () => {
    const [type, blob] = key.publicKey.split(' ');
    const lines = `a@x,b@x namespaces="git,jernverk-*" ${type} ${blob}\n`;
    expect(await verifyBundle(intact, { signers: lines })).toMatchObject({ state: 'intact' });
  });

  it('can be checked without Jernverk, by ssh-keygen and sha256sum', async () => {
    const list = join(shared.path, 'allowed_signers');
    await writeFile(list, signers);
    const statement = await readFile(join(intact, 'statement.json'), 'utf8');
    const args = ['-f', list, '-I', 'jernverk', '-n', 'jernverk-evidence', '-s', 'statement.json.sig'];
    execFileSync('ssh-keygen', ['-Y', 'verify', ...args], { cwd: intact, input: statement, stdio: 'pipe' });
    const { subject } = statementSchema.parse(JSON.parse(statement));
    const sums = subject.map(({ name, digest }) => `${digest.sha256}  ${name}\n`).join('');
    execFileSync('sha256sum', ['--check', '--strict'], { cwd: intact, input: sums, stdio: 'pipe' });
  });

  it('could not be told from a changed one without pinned keys', async () => {
    expect(await verifyBundle(intact, { signers: null })).toMatchObject({ state: 'unclear' });
    expect(await verifyBundle(intact, { signers: '' })).toMatchObject({ state: 'unclear' });
  });

  it('could not be told from a changed one without ssh-keygen', async () => {
    const verification = await verifyBundle(intact, { signers, sshKeygen: join(shared.path, 'no-ssh-keygen') });
    expect(verification).toMatchObject({ state: 'unclear', reason: { en: expect.stringContaining('ssh-keygen') } });
  });

  it('of another version is not called changed', async () => {
    const folder = await copy();
    await edit(folder, 'statement.json', (text) => text.replace('evidence:1"', 'evidence:2"'));
    await signAgain(folder, key);
    expect(await verify(folder)).toMatchObject({
      state: 'unclear',
      reason: { en: expect.stringContaining('version') },
    });
  });
});

describe('a change of one byte', () => {
  it('is caught in every file, wherever it is', async () => {
    const folder = await copy();
    for (const [name, bytes] of await readFolder(folder)) {
      if (bytes === null) throw new Error(`${name} is no file`);
      for (const position of positions(bytes)) {
        for (const bit of [1, 0x20]) {
          const flipped = Buffer.from(bytes);
          flipped.writeUInt8(flipped.readUInt8(position) ^ bit, position);
          await writeFile(join(folder, name), flipped);
          const { state, problem } = { problem: undefined, ...(await verify(folder)) };
          const blamed = name === 'statement.json' ? 'statement.json.sig' : name;
          expect([state, problem?.file], `${name}, byte ${position}, bit ${bit}`).toEqual(['changed', blamed]);
        }
      }
      await writeFile(join(folder, name), bytes);
    }
    expect(await verify(folder)).toMatchObject({ state: 'intact' });
  });

  /** First, last, some between; in an armoured signature also every line end, which ssh-keygen does not look at. */
  function positions(bytes: Uint8Array): readonly number[] {
    const spread = Array.from({ length: 5 }, (_, part) => Math.floor(((bytes.length - 1) * part) / 4));
    const armoured = Buffer.from(bytes).toString('latin1').startsWith('-----BEGIN SSH');
    const ends = armoured ? [...bytes].flatMap((byte, index) => (byte === 10 ? [index] : [])) : [];
    return [...new Set([...spread, ...ends])];
  }

  it.each(['', '\n', ' '])('is caught where %j is put behind a file', async (more) => {
    const folder = await copy();
    for (const [name, bytes] of await readFolder(folder)) {
      await writeFile(join(folder, name), Buffer.concat([bytes ?? Buffer.alloc(0), Buffer.from(more || '\u0000')]));
      expect(await verify(folder), name).toMatchObject({ state: 'changed' });
      await writeFile(join(folder, name), bytes ?? '');
    }
  });

  it('is caught without pinned keys, too, where the statement was not made to fit', async () => {
    const folder = await copy();
    await edit(folder, 'raw/forge/resolv.txt', (text) => text.replace('203', '192'));
    expect(await verifyBundle(folder, { signers: null })).toMatchObject(changed('raw/forge/resolv.txt'));
  });
});

describe('a signature', () => {
  it('by another key is refused, and the key is named', async () => {
    const folder = await copy();
    await edit(folder, 'raw/forge/resolv.txt', (text) => text.replace('203', '192'));
    await fitStatement(folder, 'raw/forge/resolv.txt');
    await signAgain(folder, stranger);
    expect(await verify(folder)).toMatchObject(
      changed('statement.json.sig', { nb: expect.stringMatching(/^SHA256:/), en: expect.anything() }),
    );
  });

  it('for another namespace is refused, and the namespace is named', async () => {
    const folder = await copy();
    await signAgain(folder, key, 'git');
    expect(await verify(folder)).toMatchObject(changed('statement.json.sig', { nb: 'en for git', en: 'one for git' }));
  });

  it('of another bundle by the same key is refused', async () => {
    const folder = await copy();
    const other = await bundle(await temporaryFolder(), { at: '2026-11-24T12:00:00Z' });
    await cp(join(other, 'statement.json.sig'), join(folder, 'statement.json.sig'));
    expect(await verify(folder)).toMatchObject(changed('statement.json.sig'));
  });

  it('that brings its own list of signers in the bundle is refused', async () => {
    const folder = await copy();
    await signAgain(folder, stranger);
    await writeFile(join(folder, 'allowed_signers'), allowedSigners([stranger.publicKey]));
    expect(await verify(folder)).toMatchObject(changed('statement.json.sig'));
  });

  it('that was never made is missed', async () => {
    const folder = join(await temporaryFolder(), 'bundle');
    await writeBundle(contents, folder, { key: null, signers: [] });
    expect(await verify(folder)).toMatchObject(changed('statement.json.sig'));
    expect(await verifyBundle(folder, { signers: null })).toMatchObject({ state: 'unclear' });
  });

  it('by a key with a passphrase is made through the agent', async () => {
    const folder = await temporaryFolder();
    const locked = await makeKey(folder, 'locked');
    using agent = startAgent(join(folder, 'agent'), locked);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'passphrase', '-f', locked.path]);
    using _environment = agent.environment();
    const made = await bundle(join(folder, 'bundles'), {}, locked);
    expect(await verifyBundle(made, { signers: allowedSigners([locked.publicKey]) })).toMatchObject({
      state: 'intact',
    });
  });
});

/** A real ssh-agent that holds one key. */
function startAgent(socket: string, { path }: Key): Disposable & { environment(): Disposable } {
  const said = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  execFileSync('ssh-add', ['-q', path], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  return {
    environment() {
      const before = process.env.SSH_AUTH_SOCK;
      process.env.SSH_AUTH_SOCK = socket;
      return {
        [Symbol.dispose]() {
          if (before === undefined) delete process.env.SSH_AUTH_SOCK;
          else process.env.SSH_AUTH_SOCK = before;
        },
      };
    },
    [Symbol.dispose]: () => void process.kill(pid),
  };
}

describe('the files', () => {
  it('are missed where one is dropped, each of them', async () => {
    const folder = await copy();
    for (const [name, bytes] of await readFolder(folder)) {
      await rm(join(folder, name));
      expect(await verify(folder), name).toMatchObject(
        changed(name, { nb: 'filen mangler', en: 'the file is missing' }),
      );
      await writeFile(join(folder, name), bytes ?? '');
    }
  });

  it.each(['extra.txt', 'raw/forge/extra.txt', '.hidden', 'new/one'])('are too many with %s', async (name) => {
    const folder = await copy();
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, name), 'x');
    if (name !== 'new/one') await rm(join(folder, 'new'), { recursive: true });
    expect(await verify(folder)).toMatchObject(changed(name));
  });

  it('are too many with an empty folder', async () => {
    const folder = await copy();
    await mkdir(join(folder, 'raw/bellows'));
    expect(await verify(folder)).toMatchObject(changed('raw/bellows/'));
  });

  it('are not reached through links', async () => {
    const folder = await copy();
    await rename(join(folder, 'findings.json'), join(folder, '../findings.json'));
    await symlink('../findings.json', join(folder, 'findings.json'));
    expect(await verify(folder)).toMatchObject(
      changed('findings.json', { nb: 'ikke en vanlig fil', en: 'not a regular file' }),
    );
  });

  it('are noticed where two have changed places', async () => {
    const folder = await copy();
    await rename(join(folder, 'report.nb.html'), join(folder, 'x'));
    await rename(join(folder, 'report.en.html'), join(folder, 'report.nb.html'));
    await rename(join(folder, 'x'), join(folder, 'report.en.html'));
    expect(await verify(folder)).toMatchObject(changed('report.en.html'));
  });
});

describe('a bundle that its signer made to say two things', () => {
  it.each([
    ['assessment-results.json', (text: string) => text.replace('"not-satisfied"', '"satisfied"')],
    ['destinations.csv', (text: string) => text.replace('203.0.113.9', '203.0.113.8')],
    ['findings.json', (text: string) => text.replace('"status": "fail"', '"status": "pass"')],
    ['findings.json', (text: string) => text.replace('"status": "fail"', '"status": "good"')],
    ['findings.json', (text: string) => text.replace('  "at"', '  "at": "2020-01-01T00:00:00Z",\n  "at"')],
    ['findings.json', (text: string) => text.replace('"production"', '"test"')],
    ['findings.json', (text: string) => `${text}\n`],
  ])('is refused: %s, %#', async (name, change) => {
    const folder = await copy();
    await edit(folder, name, change);
    await fitStatement(folder, name);
    await signAgain(folder, key);
    const blamed = change('"status": "fail"') === '"status": "pass"' ? 'assessment-results.json' : name;
    expect(await verify(folder)).toMatchObject(changed(blamed));
  });

  it('is refused where its findings are in another order', async () => {
    const folder = await copy();
    await edit(folder, 'findings.json', (text) => {
      const given: Audit = JSON.parse(text);
      return canonicalJson({ ...given, findings: given.findings.toReversed() });
    });
    await fitStatement(folder, 'findings.json');
    await signAgain(folder, key);
    expect(await verify(folder)).toMatchObject(changed('findings.json'));
  });

  it('is refused where raw output that a finding rests on is not in it', async () => {
    const folder = await copy();
    await rm(join(folder, 'raw/forge/mounts.txt'));
    await edit(folder, 'statement.json', (text) => {
      const statement = JSON.parse(text);
      const left = statement.subject.filter(({ name }: { name: string }) => name !== 'raw/forge/mounts.txt');
      return canonicalJson({ ...statement, subject: left });
    });
    await signAgain(folder, key);
    expect(await verify(folder)).toMatchObject(changed('raw/forge/mounts.txt'));
  });
});

describe('a folder that is no bundle', () => {
  it('is an error', async () => {
    await expect(verify(join(shared.path, 'nothing'))).rejects.toThrow(/cannot read the bundle/);
    expect(await verify(shared.path)).toMatchObject(changed('statement.json'));
  });
});
