import { mkdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeProject, type Project, which } from './project.ts';

let project: Project;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project[Symbol.asyncDispose]());

const root = 'echo 0';
const user = 'echo 1000';
const soon = { timeout: 20_000, interval: 20 };
const notInstalled = 'echo not-installed; exit 1';

describe('Node', () => {
  it.each(['v18.20.4', 'v20.18.3', 'nonsense'])('%s is refused with the version that is needed', async (version) => {
    await project.stub('node', `echo ${version}`);
    const { code, stderr } = await project.run(['plan']);
    expect(code).toBe(2);
    expect(stderr).toContain(`Node 20.19 or newer is needed; found: ${version}`);
    expect(stderr).toContain('apt-get install --no-install-recommends nodejs npm');
  });

  it('is asked for where there is none', async () => {
    await rm(join(project.root, 'stubs/node'));
    expect(await project.run(['plan'])).toMatchObject({ code: 2, stderr: expect.stringContaining('found: none') });
  });
});

/** Makes it a project with one package, for development and in a folder of its own, and with the real npm. */
async function installedByNpm({ root }: Project): Promise<void> {
  const bin = { cdktf: 'cdktf' };
  const devDependencies = { 'cdktf-cli': 'file:cdktf-cli' };
  const packages = {
    '': { name: 'x', version: '1.0.0', devDependencies },
    'cdktf-cli': { name: 'cdktf-cli', version: '1.0.0', dev: true, bin },
    'node_modules/cdktf-cli': { resolved: 'cdktf-cli', link: true },
  };
  const files = {
    'package.json': { name: 'x', version: '1.0.0', devDependencies },
    'package-lock.json': { name: 'x', version: '1.0.0', lockfileVersion: 3, requires: true, packages },
    'cdktf-cli/package.json': { name: 'cdktf-cli', version: '1.0.0', bin },
    'cdktf-cli/cdktf': '',
  };
  await mkdir(join(root, 'cdktf-cli'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), JSON.stringify(content));
  await rm(join(root, 'node_modules/.package-lock.json'));
  await symlink(await which('npm'), join(root, 'stubs/npm'));
}

describe('npm packages', () => {
  const installed = 'node_modules/.package-lock.json';

  it('are left alone where they are newer than the lock file', async () => {
    await project.stub('npm', 'exit 1');
    expect(await project.run(['plan', 'a b'])).toMatchObject({ code: 0, stdout: 'cli plan a b engine=undefined\n' });
    expect(await project.calls()).toEqual([]);
  });

  it('are installed without their scripts where they are missing, once', async () => {
    await rm(join(project.root, installed));
    await project.stub('npm', `echo '{}' >${installed}`);
    expect((await project.run(['plan'])).code).toBe(0);
    expect((await project.run(['plan'])).code).toBe(0);
    const [call, ...more] = await project.calls();
    expect(call).toMatch(/^npm ci --ignore-scripts /);
    expect(more).toEqual([]);
  });

  it.each(['node_modules/.bin/cdktf', 'node_modules/vitest/package.json', 'node_modules/ssh2/package.json', installed])(
    'are installed again where an earlier install was damaged or cut off: %s is missing',
    async (file) => {
      const whole = await readFile(join(project.root, file));
      await rm(join(project.root, file));
      await project.stub('npm', `printf '%s' '${whole}' >${file}; echo '{}' >${installed}`);
      expect(await project.run(['plan'])).toMatchObject({ code: 0, stdout: 'cli plan engine=undefined\n' });
      expect((await project.run(['plan'])).code).toBe(0);
      expect(await project.calls()).toHaveLength(1);
    },
  );

  it('are installed with those for development, cdktf among them, whatever npx, CI or a .npmrc left behind', async () => {
    await project.run(['plan']);
    const later = new Date(Date.now() + 60_000);
    await utimes(join(project.root, '.jernverk/build/cli.js'), later, later);
    await installedByNpm(project);
    const inherited = {
      NODE_ENV: 'production',
      npm_config_omit: 'dev',
      npm_config_global: 'true',
      npm_config_prefix: '/nowhere',
      npm_config_dry_run: 'true',
      npm_config_package_lock_only: 'true',
    };
    const { code, stderr } = await project.run(['plan'], inherited);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readlink(join(project.root, 'node_modules/.bin/cdktf'))).toBe('../cdktf-cli/cdktf');
  });

  it('whose install ends well without one of them end the run, and it says what to do', async () => {
    await rm(join(project.root, 'node_modules/.bin/cdktf'));
    await project.stub('npm', `echo '{}' >${installed}`);
    const { code, stderr } = await project.run(['plan']);
    expect(code).toBe(1);
    expect(stderr).toContain('missing in node_modules; remove that folder and run this again');
  });

  it('count as not installed from the first moment of an install, so that one cut off at any time is begun again', async () => {
    await writeFile(join(project.root, 'package-lock.json'), '{}');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(project.root, 'package-lock.json'), later, later);
    await project.stub('npm', `[ ! -e ${installed} ] || echo still there >&2; kill -9 $PPID`);
    const { stderr } = await project.run(['plan']);
    expect(stderr).not.toContain('still there');
    await project.stub('npm', `echo '{}' >${installed}`);
    expect(await project.run(['plan'])).toMatchObject({ code: 0 });
    expect(await project.calls()).toHaveLength(2);
  });

  it('are installed once where two need them at the same time, and the other waits', async () => {
    await rm(join(project.root, installed));
    await project.stub('npm', `while [ ! -e go ]; do :; done; echo '{}' >${installed}`);
    await project.stub('flock', 'exec /usr/bin/flock "$@"');
    const callsOf = async (name: string) => (await project.calls()).filter((call) => call.startsWith(name));
    const first = project.run(['plan']);
    await vi.waitFor(async () => expect(await callsOf('npm')).toHaveLength(1), soon);
    const second = project.run(['plan']);
    await vi.waitFor(async () => expect(await callsOf('flock 9')).toHaveLength(1), soon);
    await writeFile(join(project.root, 'go'), '');
    expect(await first).toMatchObject({ code: 0 });
    expect(await second).toMatchObject({ code: 0, stderr: expect.stringContaining('waiting for another jernverk') });
    expect(await callsOf('npm')).toHaveLength(1);
  });

  it('are installed where the lock file is newer', async () => {
    await project.stub('npm', `echo '{}' >${installed}`);
    const later = new Date(Date.now() + 60_000);
    await utimes(join(project.root, 'package-lock.json'), later, later);
    expect((await project.run(['plan'])).code).toBe(0);
    expect((await project.run(['plan'])).code).toBe(0);
    expect((await project.calls()).length).toBe(1);
  });

  it('that cannot be installed end the run before the command', async () => {
    await rm(join(project.root, installed));
    await project.stub('npm', 'echo npm error registry >&2; exit 1');
    expect(await project.run(['plan'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('npm error registry'),
    });
  });
});

describe('the bundle', () => {
  it('is made again only after a source has changed', async () => {
    const bundle = join(project.root, '.jernverk/build/cli.js');
    await project.run(['plan']);
    await writeFile(bundle, `${await readFile(bundle, 'utf8')}\nconsole.log('as it was');\n`);
    expect((await project.run(['plan'])).stdout).toContain('as it was');
    await writeFile(join(project.root, 'cli/start.ts'), 'console.log("changed");');
    expect((await project.run(['plan'])).stdout).toBe('changed\n');
  });

  it('that cannot be made ends the run and says where the fault is', async () => {
    await writeFile(join(project.root, 'cli/start.ts'), 'const = 1;');
    const { code, stderr } = await project.run(['plan']);
    expect(code).toBe(1);
    expect(stderr).toContain('cli/start.ts:1:6');
  });
});

it('a word that is no part of the tests is refused before anything runs', async () => {
  expect(await project.run(['test', 'units'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/there is no part named units\n.*the parts are lint, types/),
  });
});

describe('the Debian packages of the lab', () => {
  beforeEach(async () => {
    await project.stub('dpkg-query', notInstalled);
    await project.stub('apt-get', '');
    await project.stub('terraform', '');
  });

  const apt = async (): Promise<string[]> => (await project.calls()).filter((call) => call.startsWith('apt-get'));

  it('are named with the apt command, and nothing is done, for a user who is not root', async () => {
    await project.stub('id', user);
    const { code, stdout, stderr } = await project.run(['lab', 'up', '--kind', 'qemu']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /apt-get update && apt-get install -y --no-install-recommends .*mmdebstrap.*qemu-system-x86/,
    );
    expect(stderr).not.toContain('systemd-container');
    expect(await apt()).toEqual([]);
  });

  it('are installed as root without a question, and said', async () => {
    await project.stub('id', root);
    await project.stub('apt-get', 'echo "frontend=$DEBIAN_FRONTEND"');
    const { code, stderr } = await project.run(['lab', 'up', '--kind=nspawn']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/installing the Debian packages of the lab:.* systemd-container/);
    expect(await apt()).toEqual([
      expect.stringMatching(/^apt-get install -y --no-install-recommends mmdebstrap .*systemd-container/),
    ]);
    expect(await readFile(join(project.root, '.jernverk/apt.log'), 'utf8')).toBe('frontend=noninteractive\n');
  });

  it('are a browser, and nothing for hosts, where only pages are tested; no host of the lab needs one', async () => {
    await project.stub('id', root);
    await project.run(['test', 'browser']);
    expect(await apt()).toEqual([
      expect.stringMatching(/^apt-get install -y --no-install-recommends chromium fonts-dejavu-core -o /),
    ]);
    await project.run(['lab', 'up', '--kind=nspawn']);
    expect((await apt()).at(-1)).not.toContain('chromium');
  });

  it('are looked for in new lists where the old ones do not do', async () => {
    await project.stub('id', root);
    await project.stub('apt-get', 'case $1 in update) touch updated ;; *) [ -f updated ] ;; esac');
    expect((await project.run(['lab', 'up'])).code).toBe(0);
    expect((await apt()).map((call) => call.split(' ')[1])).toEqual(['install', 'update', 'install']);
  });

  it('that cannot be installed end the run with what apt said', async () => {
    await project.stub('id', root);
    await project.stub('apt-get', 'echo E: no such host; exit 100');
    const { code, stdout, stderr } = await project.run(['lab', 'up']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('E: no such host');
    expect(stderr).toContain('By hand: apt-get update && apt-get install');
  });

  it.each([
    ['lab', '--help'],
    ['lab', 'up', '-h'],
    ['up', '--help'],
    ['help', 'test'],
  ])('are not installed for who only asks for help: %s %s', async (...words) => {
    await project.stub('id', root);
    await rm(join(project.root, 'stubs/terraform'));
    const { code, stderr } = await project.run(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await apt()).toEqual([]);
  });

  it('are installed where --help is a word for a command on a host', async () => {
    await project.stub('id', root);
    await project.run(['lab', 'exec', 'forge', '--', 'ls', '--help']);
    expect(await apt()).not.toEqual([]);
  });

  it('are no matter for commands that need no lab', async () => {
    expect((await project.run(['plan'])).code).toBe(0);
    expect(await project.calls()).toEqual([]);
  });
});
