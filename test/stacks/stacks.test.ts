import { App, Testing } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { createStacks, type EnvironmentStacksProps, settingsHash } from '../../stacks/environment-stacks.ts';
import { environmentOf, wantedTopic } from './support/environment.ts';

const topics = () => [
  wantedTopic('packages', { 'package/fio': 'installed' }),
  wantedTopic('kernel', { 'sysctl/vm.swappiness': '10' }),
  wantedTopic('docker', {}),
  wantedTopic('slots', { 'release/id': '0123456789ab' }),
];

const propsOf = (hosts: readonly string[], registry: 'default' | 'none' = 'none'): EnvironmentStacksProps => ({
  source: 'test',
  environment: environmentOf(hosts, registry),
  root: '/project',
  release: '0123456789ab',
  wanted: new Map(hosts.map((host) => [host, topics()])),
  smokeJobs: [
    { worker: 'image-resizer', file: 'workers/image-resizer/smoke.jpg', input: { width: 400 }, digest: 'd16e57' },
  ],
});

function synth(props: EnvironmentStacksProps) {
  const stacks = createStacks(Testing.app(), props);
  return new Map(
    stacks.map((stack) => {
      const { '//': _, ...json } = JSON.parse(Testing.synth(stack));
      return [stack.node.id, json];
    }),
  );
}

describe('the stacks of an environment', () => {
  it('are one per host, then the workers, then the proof', () => {
    const stacks = createStacks(new App(), propsOf(['forge', 'anvil']));
    expect(stacks.map((stack) => [stack.node.id, stack.dependencies.map((before) => before.node.id)])).toEqual([
      ['test.host.forge', []],
      ['test.host.anvil', []],
      ['test.workers', ['test.host.forge', 'test.host.anvil']],
      ['test.proof', ['test.workers']],
    ]);
  });

  it('have a resource per topic of a host, chained, and leave out topics that want nothing', () => {
    expect(synth(propsOf(['forge'])).get('test.host.forge')).toEqual({
      provider: {
        jernverk: [
          {
            environment: 'test',
            root: '/project',
            keys: { forge: { packages: ['package/fio'], kernel: ['sysctl/vm.swappiness'] } },
          },
        ],
      },
      resource: {
        jernverk_packages: {
          'forge-packages': { host: 'forge', provider: 'jernverk', settings: { 'package/fio': 'installed' } },
        },
        jernverk_kernel: {
          'forge-kernel': {
            depends_on: ['jernverk_packages.forge-packages'],
            host: 'forge',
            provider: 'jernverk',
            settings: { 'sysctl/vm.swappiness': '10' },
          },
        },
      },
      terraform: {
        backend: { local: { path: '../../../terraform.test.host.forge.tfstate' } },
        required_providers: { jernverk: { source: 'jernverk.internal/jernverk/jernverk', version: '0.1.0' } },
      },
    });
  });

  it('release to worker hosts side by side', () => {
    const { resource } = synth(propsOf(['forge', 'anvil'])).get('test.workers');
    const settings = { 'release/id': '0123456789ab' };
    expect(resource).toEqual({
      jernverk_slots: {
        'forge-slots': { host: 'forge', provider: 'jernverk', settings },
        'anvil-slots': { host: 'anvil', provider: 'jernverk', settings },
      },
    });
  });

  const provisioner = {
    'local-exec': {
      command: `./jernverk --env test enqueue image-resizer --smoke --wait`,
      working_dir: '/project',
    },
  };
  const triggers = { release: '0123456789ab', settings: settingsHash(propsOf(['forge']).wanted), job: 'd16e57' };

  it('prove with null resources', () => {
    const proof = synth(propsOf(['forge'], 'default')).get('test.proof');
    expect(proof.resource).toEqual({
      null_resource: { 'smoke-image-resizer': { provisioner: [provisioner], triggers } },
    });
    expect(proof.terraform.required_providers).toEqual({ null: { source: 'null', version: '3.2.4' } });
  });

  it('prove with the built-in terraform_data where there is no registry, and need no provider for it', () => {
    const proof = synth(propsOf(['forge'], 'none')).get('test.proof');
    expect(proof.resource).toEqual({
      terraform_data: { 'smoke-image-resizer': { provisioner: [provisioner], triggers_replace: triggers } },
    });
    expect(proof.terraform.required_providers).toBeUndefined();
  });

  it('have no workers and no proof where no host runs workers', () => {
    const wanted = new Map([['forge', [wantedTopic('kernel', { 'sysctl/vm.swappiness': '10' })]]]);
    expect([...synth({ ...propsOf(['forge']), wanted }).keys()]).toEqual(['test.host.forge']);
  });

  it('measure hosts one after the other behind the smoke jobs where the environment says so', () => {
    const props = propsOf(['forge', 'anvil'], 'none');
    const { benchmarks } = props.environment;
    const environment = {
      ...props.environment,
      benchmarks: { ...benchmarks, gate: ['disk' as const, 'cpu' as const] },
    };
    const { terraform_data: gates } = synth({ ...props, environment }).get('test.proof').resource;
    expect(Object.keys(gates).sort()).toEqual(['bench-anvil', 'bench-forge', 'smoke-image-resizer']);
    expect(gates['bench-forge']).toMatchObject({
      depends_on: ['terraform_data.smoke-image-resizer'],
      provisioner: [{ 'local-exec': { command: './jernverk --env test bench --quick --suite disk,cpu forge' } }],
    });
    expect(gates['bench-anvil'].depends_on).toEqual(['terraform_data.bench-forge']);
  });

  it('measure again for other settings or limits of a host, and not for a new release alone', () => {
    const props = propsOf(['forge']);
    const benchmarks = { ...props.environment.benchmarks, gate: ['disk' as const] };
    const triggers = (wanted: EnvironmentStacksProps['wanted'], demands: object = {}) => {
      const environment = { ...props.environment, benchmarks: { ...benchmarks, ...demands } };
      return synth({ ...props, environment, wanted }).get('test.proof').resource.terraform_data['bench-forge']
        .triggers_replace;
    };
    const kernel = wantedTopic('kernel', { 'sysctl/vm.swappiness': '10' });
    const released = (id: string) => new Map([['forge', [kernel, wantedTopic('slots', { 'release/id': id })]]]);
    expect(triggers(released('0123456789ab'))).toEqual(triggers(released('ba9876543210')));
    const changed = new Map([['forge', [wantedTopic('kernel', { 'sysctl/vm.swappiness': '60' })]]]);
    expect(triggers(changed)).not.toEqual(triggers(released('0123456789ab')));
    const stricter = { limits: { ...benchmarks.limits, fdatasync: 1 } };
    expect(triggers(changed, stricter)).not.toEqual(triggers(changed));
  });

  it('keep the template signs of Terraform in texts as they are', () => {
    const wanted = new Map([['forge', [wantedTopic('kernel', { 'file//a': `x $\{y} %{z}` })]]]);
    const stack = synth({ ...propsOf(['forge']), wanted }).get('test.host.forge');
    expect(stack.resource.jernverk_kernel['forge-kernel'].settings).toEqual({ 'file//a': `x $$\{y} %%{z}` });
  });
});

describe('the trigger of the gates', () => {
  const hashOf = (text: string) => settingsHash(new Map([['forge', [wantedTopic('kernel', { a: '1', b: text })]]]));

  it('changes with a setting and not with the order of settings', () => {
    const reversed = settingsHash(new Map([['forge', [wantedTopic('kernel', { b: '2', a: '1' })]]]));
    expect(hashOf('2')).toBe(reversed);
    expect(hashOf('2')).not.toBe(hashOf('3'));
  });
});
