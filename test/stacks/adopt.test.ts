import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installProvider } from '../../provision/terraform/install.ts';
import { adoptTopics } from '../../stacks/adopt.ts';
import { createStacks } from '../../stacks/environment-stacks.ts';
import { bundleProvider, programs } from '../provision/terraform/support/terraform.ts';
import { planLines } from '../support/plan-lines.ts';
import { environmentOf, wantedTopic } from './support/environment.ts';

const kernel = { 'sysctl/vm.swappiness': '10', 'file//etc/a': 'one\n${two}\n' };
const wanted = { packages: { 'package/fio': 'installed' }, kernel };
const [program = ''] = programs;

/** Each starts Terraform several times, and each of those starts the provider. */
const patience = { timeout: 120_000 };

describe.skipIf(program === '')('a stack whose state lacks its topics', patience, () => {
  let provider: string;
  let root: string;
  let folder: string;
  let state: string;

  beforeAll(async () => {
    provider = join(await mkdtemp(join(tmpdir(), 'jernverk-adopt-')), 'provider.mjs');
    await bundleProvider(provider);
  });
  afterAll(() => rm(join(provider, '..'), { recursive: true, force: true }));
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jernverk-adopt-'));
    folder = join(root, 'out/stacks/test.host.forge');
    state = join(root, 'terraform.test.host.forge.tfstate');
    await synth();
    await terraform('init');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** As `./jernverk synth`, which cdktf runs before each of its commands. */
  async function synth(topics: Readonly<Record<'packages' | 'kernel', Readonly<Record<string, string>>>> = wanted) {
    const app = new App({ outdir: join(root, 'out') });
    const [stack] = createStacks(app, {
      source: 'test',
      environment: environmentOf(['forge'], 'none'),
      root,
      release: '0123456789ab',
      wanted: new Map([['forge', [wantedTopic('packages', topics.packages), wantedTopic('kernel', topics.kernel)]]]),
      smokeJobs: [],
    });
    app.synth();
    if (stack === undefined) throw new Error('there is no stack');
    await installProvider(folder);
    await adoptTopics(stack, folder);
  }

  const host = (content: object) => writeFile(join(root, 'forge.json'), JSON.stringify(content));
  const trips = () => readFile(join(root, 'forge.log'), 'utf8').catch(() => '');
  const terraform = (...words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env.PATH, HOME: root, CHECKPOINT_DISABLE: '1', JERNVERK_PROVIDER: provider };
      execFile(program, [...words, '-no-color'], { cwd: folder, env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stdout + stderr)),
      );
    });

  it('plans no change and does none on a host that is as wanted', async () => {
    await host(wanted);
    expect(await terraform('plan')).toContain('No changes.');
    expect(await terraform('apply', '-auto-approve')).toContain('0 added, 0 changed, 0 destroyed');
    expect(await trips()).toBe('gather packages kernel\n'.repeat(2));
  });

  it('shows the setting that differs and no other, and repairs just that', async () => {
    await host({ ...wanted, kernel: { ...kernel, 'sysctl/vm.swappiness': '60' } });
    const plan = await terraform('plan');
    expect(planLines(plan)).toEqual([
      '~ resource "jernverk_kernel" "forge-kernel" {',
      '~ settings = {',
      '~ "sysctl/vm.swappiness" = "60" -> "10"',
    ]);
    await terraform('apply', '-auto-approve');
    expect(await trips()).toMatch(/converge kernel\n$/);
    expect(await trips()).not.toContain('converge packages');
  });

  it('takes a setting that the host cannot have for no difference', async () => {
    await host({ ...wanted, kernel: { ...kernel, 'sysctl/vm.swappiness': '!not applicable in a container' } });
    expect(await terraform('plan')).toContain('No changes.');
  });

  it('shows everything on a bare host, sets it, and is done', async () => {
    await host({});
    expect(planLines(await terraform('plan'))).toEqual(
      expect.arrayContaining(['+ "package/fio" = "installed"', '+ "sysctl/vm.swappiness" = "10"']),
    );
    await terraform('apply', '-auto-approve');
    expect(JSON.parse(await readFile(join(root, 'forge.json'), 'utf8'))).toEqual(wanted);
    expect(await terraform('plan')).toContain('No changes.');
  });

  it('destroys in the reverse order what was there before Terraform came, and knows the host after that, too', async () => {
    await host(wanted);
    expect(await terraform('destroy', '-auto-approve')).toContain('2 destroyed');
    expect(await trips()).toMatch(/converge kernel\nconverge packages\n$/);
    await host(wanted);
    await synth();
    expect(await terraform('plan')).toContain('No changes.');
  });

  it('leaves alone what the state has: what the configuration no longer sets is still taken away', async () => {
    await host(wanted);
    await synth({ ...wanted, kernel: { 'sysctl/vm.swappiness': '10' } });
    expect(planLines(await terraform('plan'))).toContain('- "file//etc/a" = <<-EOT');
  });

  it.each([
    ['another run holds it', async () => writeFile(join(root, '.terraform.test.host.forge.tfstate.lock.info'), '{}')],
    ['it has a format that is not known here', async () => writeFile(state, '{"version":5,"serial":1,"resources":[]}')],
    ['it is damaged', async () => writeFile(state, '{"version":4,')],
  ])('is left as it is where %s', async (_, prepare) => {
    await writeFile(state, '{"version":4,"serial":1,"lineage":"a","resources":[]}');
    await prepare();
    const before = await readFile(state, 'utf8');
    await synth();
    expect(await readFile(state, 'utf8')).toBe(before);
  });
});
