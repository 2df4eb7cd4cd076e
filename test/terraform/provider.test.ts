import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, programs, type Workspace } from './support/terraform.ts';

const rabbitmqConf = 'listeners.tcp.1 = 127.0.0.1:5672\nvm_memory_high_watermark.relative = 0.4\nheartbeat = 30\n';
const wanted = {
  packages: { 'package/fio': 'installed' },
  kernel: { 'sysctl/vm.swappiness': '10', 'sysctl/net.core.somaxconn': '4096' },
  rabbitmq: { 'file//etc/rabbitmq/rabbitmq.conf': rabbitmqConf, 'service/rabbitmq-server': 'enabled active' },
};

describe.each(programs)('the provider under %s', (program) => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await openWorkspace(program);
    await workspace.configure(wanted);
    await workspace.writeHost('forge', {});
    const init = await workspace.run('init');
    expect(init.text).toContain('successfully initialized');
  });
  afterEach(() => workspace.remove());

  const apply = () => workspace.run('apply', '-auto-approve');
  const deployed = async (): Promise<void> => {
    expect(await apply()).toMatchObject({ exitCode: 0 });
    await workspace.trips('forge');
  };

  it('creates every topic in order and then plans no change', async () => {
    const first = await apply();
    expect(first.text).toContain('Apply complete! Resources: 3 added, 0 changed, 0 destroyed.');
    expect(await workspace.readHost('forge')).toEqual(wanted);
    expect(await workspace.trips('forge')).toEqual(['converge packages', 'converge kernel', 'converge rabbitmq']);

    const second = await workspace.run('plan', '-detailed-exitcode');
    expect(second.text).toContain('No changes.');
    expect(second.exitCode).toBe(0);
  });

  it('reads all topics of a host in one round trip, though they depend on each other', async () => {
    await deployed();
    await workspace.run('plan');
    expect(await workspace.trips('forge')).toEqual(['gather packages kernel rabbitmq']);
  });
});
