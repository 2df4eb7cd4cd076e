import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chosenEnvironment } from '../../../lib/own-command.ts';
import { editorSchemas } from '../../../provision/environment/editor-schemas.ts';
import { loadEnvironment } from '../../../provision/environment/load.ts';
import { parseEnvironment } from '../../../provision/environment/parse.ts';
import { labConnectionFile, resolveConnection } from '../../../provision/ssh/connection.ts';
import { projectRoot } from '../../support/command-line.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jernverk-'));
  await mkdir(join(root, 'environments'));
});
afterEach(() => rm(root, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(root, 'environments', name), text);

describe('an environment', () => {
  it('is read by name or by file, with defaults and units', async () => {
    await write('tiny.yaml', 'name: tiny\nhosts:\n  - { name: forge, roles: [broker], lab: { memory: 2 GB } }\n');
    const environment = await loadEnvironment('tiny', root);
    expect(environment.hosts[0]?.lab).toEqual({ memory: { bytes: 2 ** 31 }, disk: { bytes: 12 * 2 ** 30 }, cpus: 2 });
    expect(environment.broker.consumerTimeout).toEqual({ seconds: 604_800 });
    expect(await loadEnvironment('environments/tiny.yaml', root)).toEqual(environment);
  });

  it.each([
    ['', 'norway'],
    ['region: norway', 'norway'],
    ['region: eea', 'eea'],
    ['region: norway }\negress: { countries: eea', 'eea'],
  ])(
    'lets out to the declared region where it names no countries: audit with "%s" lets out to %s',
    async (audit, countries) => {
      await write('a.yaml', `name: a\nhosts:\n  - { name: x, roles: [broker], lab: {} }\naudit: { ${audit} }\n`);
      expect((await loadEnvironment('a', root)).egress.countries).toBe(countries);
    },
  );

  it('is frozen all the way down', async () => {
    const environment = await loadEnvironment('local', projectRoot);
    expect(Object.isFrozen(environment.hosts[0]?.lab?.memory)).toBe(true);
    expect(() => Reflect.set(environment.hosts, 0, null) || fail()).toThrow();
  });

  it('may use anchors', async () => {
    await write(
      'a.yaml',
      'name: a\nhosts:\n  - { name: x, roles: [broker], lab: &l {} }\n  - { name: y, roles: [gateway], lab: *l }\n',
    );
    expect((await loadEnvironment('a', root)).hosts).toHaveLength(2);
  });

  it('that is not there: names those that are', async () => {
    await write('one.yaml', '');
    await write('two.yaml', '');
    await expect(loadEnvironment('three', root)).rejects.toMatchObject({
      name: 'InputError',
      code: 'ENVIRONMENT_MISSING',
      message: 'cannot read the environment file environments/three.yaml: it does not exist',
      hint: 'the environments here are one, two',
    });
  });

  it('that is elsewhere is named by its whole path, with the reason', async () => {
    await expect(loadEnvironment('/nowhere/mine.yaml', root)).rejects.toMatchObject({
      message: 'cannot read the environment file /nowhere/mine.yaml: it does not exist',
    });
    await expect(loadEnvironment(tmpdir(), root)).rejects.toMatchObject({
      message: `cannot read the environment file ${tmpdir()}: it is a folder`,
    });
  });

  it('of this project is valid, the example too', async () => {
    await loadEnvironment('local', projectRoot);
    await loadEnvironment('production.example', projectRoot);
  });

  it('is chosen by JERNVERK_ENV, else it is local', () => {
    expect(chosenEnvironment({ JERNVERK_ENV: 'b' })).toBe('b');
    expect(chosenEnvironment({})).toBe('local');
  });
});

it.each([...editorSchemas()])('the JSON Schema for editors is current: %s', async (path, text) => {
  const hint = 'make it with: ./jernverk build schema && node .jernverk/build/schema.js';
  expect(await readFile(join(projectRoot, path), 'utf8'), hint).toBe(text);
});

describe('a connection', () => {
  const lab = { address: '192.0.2.1', port: 22, user: 'root', identity: '/key', hostKey: 'ssh-ed25519 AAAA' };
  const labHost = async () => (await loadEnvironment('local', projectRoot)).hosts[0] ?? fail();

  it('of a lab host comes from the lab', async () => {
    const file = labConnectionFile(root, 'forge');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, JSON.stringify(lab));
    expect(await resolveConnection(await labHost(), root)).toEqual({ name: 'forge', ...lab });
    await writeFile(file, '{');
    await expect(resolveConnection(await labHost(), root)).rejects.toMatchObject({ code: 'LAB_BROKEN' });
  });

  it('of a lab host that is not up says how to make it', async () => {
    await expect(resolveConnection(await labHost(), root)).rejects.toMatchObject({
      code: 'LAB_NOT_UP',
      hint: expect.stringContaining('./jernverk lab up'),
    });
  });

  it('of a real host comes from the environment', async () => {
    const { hosts } = await loadEnvironment('production.example', projectRoot);
    const connection = await resolveConnection(hosts[0] ?? fail(), root);
    expect(connection).toMatchObject({ address: '192.0.2.10', port: 22, user: 'ops' });
    expect(connection.identity).toMatch(/^\/.*\.ssh\/jernverk$/);
    expect(connection.hostKey).toBeUndefined();
  });
});

it('an IPv6 address may stand in brackets, which are no part of it', () => {
  const text = `{ name: x, hosts: [{ name: forge, roles: [broker, worker], ssh: { address: '[2001:db8::1]' } }] }`;
  expect(parseEnvironment(text, 'x.yaml').hosts[0]?.ssh?.address).toBe('2001:db8::1');
});

function fail(): never {
  throw new Error('expected a host');
}
