import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { planLines } from '../../support/plan-lines.ts';
import { openWorkspace, programs, type Workspace } from './support/terraform.ts';

const rabbitmqConf = 'listeners.tcp.1 = 127.0.0.1:5672\nvm_memory_high_watermark.relative = 0.4\nheartbeat = 30\n';
const wanted = {
  packages: { 'package/fio': 'installed' },
  kernel: { 'sysctl/vm.swappiness': '10', 'sysctl/net.core.somaxconn': '4096' },
  broker: { 'file//etc/rabbitmq/rabbitmq.conf': rabbitmqConf, 'service/rabbitmq-server': 'enabled active' },
};

const soon = { timeout: 15_000, interval: 20 };
/** Exit codes of `plan -detailed-exitcode`. */
const clean = 0;
const failed = 1;
const differs = 2;

it.skipIf(process.env.CI === undefined)('has a terraform or a tofu to be tested with', () => {
  expect(programs).not.toEqual([]);
});

describe.each(programs)('the provider under %s', (program) => {
  let bare: Workspace;
  let deployed: Workspace;
  let workspace: Workspace;

  beforeAll(async () => {
    bare = await openWorkspace(program);
    await bare.configure(wanted);
    await bare.writeHost('forge', {});
    expect((await bare.run('init')).text).toContain('successfully initialized');
    deployed = await bare.copy();
    await deployed.configure(wanted);
    expect(await deployed.run('apply', '-auto-approve')).toMatchObject({ exitCode: clean });
    await deployed.trips('forge');
  });
  afterAll(() => Promise.all([bare.remove(), deployed.remove()]));

  beforeEach(async () => {
    workspace = await bare.copy();
    await workspace.configure(wanted);
  });
  afterEach(() => workspace.remove());

  const apply = () => workspace.run('apply', '-auto-approve');
  const plan = () => workspace.run('plan', '-detailed-exitcode');

  const deploy = async (): Promise<void> => {
    expect(await apply()).toMatchObject({ exitCode: 0 });
    await workspace.trips('forge');
  };

  describe('on a host that has nothing', () => {
    it('creates every topic in order and then plans no change', async () => {
      const first = await apply();
      expect(first.text).toContain('Apply complete! Resources: 3 added, 0 changed, 0 destroyed.');
      expect(await workspace.readHost('forge')).toEqual(wanted);
      expect(await workspace.trips('forge')).toEqual(['converge packages', 'converge kernel', 'converge broker']);

      expect(await plan()).toMatchObject({ exitCode: clean, text: expect.stringContaining('No changes.') });
    });

    it('takes texts as they are, template signs of Terraform included', async () => {
      const text = `a $\{b} $$\{c} %{d} %%{e} "f" \\n ø\n`;
      await workspace.configure({ kernel: { 'file//etc/a': text } });
      await deploy();
      expect(await workspace.readHost('forge')).toEqual({ kernel: { 'file//etc/a': text } });
      expect(await plan()).toMatchObject({ exitCode: clean });
    });

    it('goes on, and destroys nothing, after a topic that failed while it was created', async () => {
      await workspace.breakTopics('forge', { kernel: 'sysctl: permission denied' });
      const first = await apply();
      expect(first.exitCode).toBe(failed);
      expect(first.text).toContain('forge: kernel failed');
      expect(first.text).toContain('sysctl: permission denied');
      expect(await workspace.trips('forge')).toEqual(['converge packages', 'converge kernel']);

      await workspace.breakTopics('forge', {});
      expect((await plan()).text).toContain('Plan: 2 to add, 0 to change, 0 to destroy.');
      await deploy();
      expect(await workspace.readHost('forge')).toEqual(wanted);
    });
  });

  describe('on a host that was deployed', () => {
    beforeEach(async () => {
      await workspace.remove();
      workspace = await deployed.copy();
      await workspace.configure(wanted);
    });

    it('reads all topics of the host in one round trip, though they depend on each other', async () => {
      await plan();
      expect(await workspace.trips('forge')).toEqual(['gather packages kernel broker']);
    });

    it('shows drift key by key, files as line diffs, and repairs just that', async () => {
      await workspace.writeHost('forge', {
        ...wanted,
        kernel: { 'sysctl/vm.swappiness': '60', 'sysctl/net.core.somaxconn': '4096' },
        broker: {
          'file//etc/rabbitmq/rabbitmq.conf': rabbitmqConf.replace('relative = 0.4', 'relative = 0.9'),
        },
      });
      const drift = await plan();
      expect(drift.exitCode).toBe(differs);
      expect(drift.text).toContain('Plan: 0 to add, 2 to change, 0 to destroy.');
      expect(planLines(drift.text)).toEqual([
        '~ resource "jernverk_broker" "forge" {',
        '~ settings = {',
        '~ "file//etc/rabbitmq/rabbitmq.conf" = <<-EOT',
        '- vm_memory_high_watermark.relative = 0.9',
        '+ vm_memory_high_watermark.relative = 0.4',
        '+ "service/rabbitmq-server" = "enabled active"',
        '~ resource "jernverk_kernel" "forge" {',
        '~ settings = {',
        '~ "sysctl/vm.swappiness" = "60" -> "10"',
      ]);
      await workspace.trips('forge');

      await apply();
      expect(await workspace.trips('forge')).toEqual([
        'gather packages kernel broker',
        'converge kernel',
        'converge broker',
      ]);
      expect(await workspace.readHost('forge')).toEqual(wanted);
      expect(await plan()).toMatchObject({ exitCode: clean });
    });

    it('keeps no password of a file that somebody else wrote in the place of ours, in plan or state', async () => {
      const theirs = { 'file//etc/rabbitmq/rabbitmq.conf': `${rabbitmqConf}default_pass = hunter2\n` };
      await workspace.writeHost('forge', { ...wanted, broker: { ...wanted.broker, ...theirs } });
      const drift = (await workspace.run('apply', '-refresh-only', '-auto-approve')).text + (await plan()).text;
      expect(drift).toContain('default_pass = [redacted]');
      expect(drift + (await workspace.run('show', '-json')).text).not.toContain('hunter2');
    });

    it('shows what is left over and nobody wants as a removal', async () => {
      await workspace.writeHost('forge', { ...wanted, kernel: { ...wanted.kernel, 'file//etc/old': 'x' } });
      expect(planLines((await plan()).text)).toContain('- "file//etc/old" = "x" -> null');
      await apply();
      expect(await workspace.readHost('forge')).toEqual(wanted);
    });

    it('takes away what the configuration no longer sets', async () => {
      const { broker: _, ...rest } = { ...wanted, kernel: { 'sysctl/vm.swappiness': '10' } };
      await workspace.configure(rest);
      expect((await plan()).text).toContain('Plan: 0 to add, 1 to change, 1 to destroy.');
      await deploy();
      expect(await workspace.readHost('forge')).toEqual({ ...rest, broker: {} });
      expect(await plan()).toMatchObject({ exitCode: clean });
    });

    it('refuses to plan what would cut off what the host needs, and warns where that cannot be told yet', async () => {
      await workspace.configure({ ...wanted, egress: { 'needs/egress': 'let out' } });
      await workspace.foretell('forge', { 'needs/egress': '!unknown it would cut off the mirror: add it' });
      const refused = await plan();
      expect(refused.exitCode).toBe(failed);
      expect(refused.text).toContain('Error: forge: egress: this change cannot be applied');
      expect(refused.text).toContain('it would cut off the mirror: add it');

      await workspace.foretell('forge', { 'needs/egress': 'let out only if a country holds it: add it' });
      const warned = await plan();
      expect(warned.exitCode).toBe(differs);
      expect(warned.text).toContain('Warning: forge: egress: this change may be refused');
      expect(warned.text).toContain('let out only if a country holds it: add it');

      await workspace.foretell('forge', { 'needs/egress': 'let out' });
      await deploy();
      expect(await plan()).toMatchObject({ exitCode: clean, text: expect.not.stringContaining('Warning') });
      expect(await workspace.trips('forge')).toEqual(['gather packages kernel broker egress']);
    });

    it('compares a setting that is new in the configuration with what the host has', async () => {
      await workspace.configure({ ...wanted, kernel: { ...wanted.kernel, 'sysctl/vm.dirty_ratio': '5' } });
      await workspace.writeHost('forge', { ...wanted, kernel: { ...wanted.kernel, 'sysctl/vm.dirty_ratio': '20' } });
      expect(planLines((await plan()).text)).toContain('~ "sysctl/vm.dirty_ratio" = "20" -> "5"');
    });

    it('keeps the state and says so once when the host cannot be reached', async () => {
      const content = await workspace.readHost('forge');
      await workspace.removeHost('forge');
      const unreachable = await plan();
      expect(unreachable.exitCode).toBe(failed);
      expect(unreachable.text.match(/could not reach forge/g)).toHaveLength(1);
      expect(unreachable.text).toContain('is the host up?');
      expect(await workspace.settings('kernel')).toEqual(wanted.kernel);

      await workspace.writeHost('forge', Object(content));
      expect(await plan()).toMatchObject({ exitCode: clean });
    });

    it('refuses to plan on a reading that failed, and names topic, key and reason', async () => {
      await workspace.writeHost('forge', {
        ...wanted,
        broker: { ...wanted.broker, 'service/rabbitmq-server': '!unknown systemctl: no answer' },
      });
      const unknown = await plan();
      expect(unknown.exitCode).toBe(failed);
      expect(unknown.text).toContain('forge: broker: could not read service/rabbitmq-server');
      expect(unknown.text).toContain('systemctl: no answer');
      expect(await workspace.settings('broker')).toEqual(wanted.broker);
    });

    it('warns once per topic of settings that the host cannot have, and wants no change for them', async () => {
      await workspace.writeHost('forge', {
        ...wanted,
        kernel: {
          'sysctl/vm.swappiness': '!not applicable read-only in a container',
          'sysctl/net.core.somaxconn': '!not applicable read-only in a container',
        },
      });
      const inContainer = await plan();
      expect(inContainer.exitCode).toBe(clean);
      expect(inContainer.text.match(/Warning: /g)).toHaveLength(1);
      expect(inContainer.text).toContain('forge: kernel: 2 settings are not applicable on this host');
      expect(inContainer.text).toContain('read-only in a container: sysctl/net.core.somaxconn, sysctl/vm.swappiness');
    });

    it('knows what a topic that failed halfway has changed', async () => {
      await workspace.configure({
        ...wanted,
        kernel: { 'sysctl/vm.swappiness': '1', 'sysctl/net.core.somaxconn': '1' },
      });
      await workspace.breakTopics('forge', { kernel: 'no answer' });
      expect(await apply()).toMatchObject({ exitCode: failed });
      expect(await workspace.settings('kernel')).toEqual({
        'sysctl/net.core.somaxconn': '1',
        'sysctl/vm.swappiness': '10',
      });
      await workspace.breakTopics('forge', {});
      expect(planLines((await plan()).text)).toContain('~ "sysctl/vm.swappiness" = "10" -> "1"');
    });

    it('moves to another host by a replacement', async () => {
      await workspace.writeHost('anvil', {});
      await workspace.configure(wanted, { host: 'anvil' });
      const moved = await plan();
      expect(moved.text).toContain('Plan: 3 to add, 0 to change, 3 to destroy.');
      expect(planLines(moved.text)).toContain('~ host = "forge" -> "anvil" # forces replacement');
    });

    it('destroys the topics in reverse order', async () => {
      const destroyed = await workspace.run('destroy', '-auto-approve');
      expect(destroyed.text).toContain('Destroy complete! Resources: 3 destroyed.');
      expect((await workspace.trips('forge')).slice(1)).toEqual([
        'converge broker',
        'converge kernel',
        'converge packages',
      ]);
      expect(await workspace.readHost('forge')).toEqual({ packages: {}, kernel: {}, broker: {} });
    });

    it('keeps a topic in the state whose destruction failed', async () => {
      await workspace.breakTopics('forge', { kernel: 'no answer' });
      expect(await workspace.run('destroy', '-auto-approve')).toMatchObject({ exitCode: failed });
      expect(await workspace.settings('kernel')).toEqual(wanted.kernel);
      expect(await workspace.settings('broker')).toBeUndefined();
    });

    it('imports what a host has', async () => {
      await workspace.run('state', 'rm', 'jernverk_kernel.forge');
      const imported = await workspace.run('import', 'jernverk_kernel.forge', 'forge/kernel');
      expect(imported.text).toContain('Import successful!');
      expect(await workspace.settings('kernel')).toEqual(wanted.kernel);
      expect(await plan()).toMatchObject({ exitCode: clean });
    });

    it('says which id an import needs', async () => {
      await workspace.run('state', 'rm', 'jernverk_kernel.forge');
      const refused = await workspace.run('import', 'jernverk_kernel.forge', 'forge');
      expect(refused.text).toContain('forge: expected HOST/kernel');
    });
  });

  it('refuses a value that is not known before apply, and names the setting', async () => {
    await workspace.configure({ kernel: { 'sysctl/vm.swappiness': '10' } }, { later: 'sysctl/vm.swappiness' });
    const refused = await plan();
    expect(refused.exitCode).toBe(failed);
    expect(refused.text).toContain('settings.sysctl/vm.swappiness is not known before apply');
  });

  it('lets the topic that is under way end and begins no other when it is interrupted', async () => {
    const release = await workspace.holdHost('forge');
    const { interrupt, output, printed } = workspace.start('apply', '-auto-approve');
    await vi.waitFor(async () => expect(await workspace.peekTrips('forge')).toEqual(['converge packages']), soon);
    interrupt();
    await vi.waitFor(() => expect(printed()).toMatch(/Interrupt received/), soon);
    await release();
    expect(await output).toMatchObject({ exitCode: failed });
    expect(await workspace.trips('forge')).toEqual(['converge packages']);
    expect(await workspace.settings('packages')).toEqual(wanted.packages);
  });
});
