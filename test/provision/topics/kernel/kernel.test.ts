import { describe, expect, it } from 'vitest';
import { diff } from '../../../../provision/engine/diff.ts';
import { kindOf, type Readings, type Settings } from '../../../../provision/engine/setting.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { kernel } from '../../../../provision/topics/kernel/topic.ts';
import { sysctls } from '../../../../provision/topics/kernel/values.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

function wantedWith(hostConfig: object = {}): Settings {
  const environment = environmentWith(hostConfig);
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return kernel.desired({ environment, host, release: null, networks: null });
}

const wanted = wantedWith();
const wantedOf = (...kinds: readonly string[]): Settings =>
  new Map([...wanted].filter(([key]) => kinds.includes(kindOf(key))));

/** What the keys of these kinds read on a host whose output was captured, or on one that answers `replaced`. */
function readings(scenario: string, settings: Settings, replaced: Readonly<Record<string, string>> = {}): Readings {
  const output = (key: string): string => replaced[kindOf(key)] ?? fixture(`kernel/${scenario}/${kindOf(key)}.txt`);
  return readingsFrom(factsOf(kernel, [...settings.keys()]), output);
}

it.each(['sysctl.d/90-jernverk.conf', 'udev/rules.d/90-jernverk-block.rules', 'tmpfiles.d/90-jernverk-thp.conf'])(
  '/etc/%s is as the golden file',
  async (path) => {
    await expect(wanted.get(`file//etc/${path}`)).toMatchFileSnapshot(
      `../../../fixtures/kernel/${path.split('/').at(-1)}.golden`,
    );
  },
);

it('every value says why and who says so', () => {
  for (const { reason, source } of sysctls) {
    expect(reason.length).toBeGreaterThan(20);
    expect(source).toMatch(/^https:/);
  }
});

describe.each(['container-12', 'container-13'])('a deployed host, %s', (scenario) => {
  it('differs in nothing', () => {
    expect(diff(wanted, readings(scenario, wanted))).toMatchObject({ changes: [], unknown: [] });
  });

  it('has the values of its own network, and says which ones a container cannot have', () => {
    const { notApplicable } = diff(wanted, readings(scenario, wanted));
    expect(notApplicable.map(({ key }) => key)).toEqual([
      'block/read-ahead',
      'block/scheduler',
      'swap/1024 MB',
      'sysctl/vm.dirty_background_bytes',
      'sysctl/vm.dirty_bytes',
      'sysctl/vm.swappiness',
      'thp/enabled',
    ]);
  });
});

describe('a virtual machine as its provider made it', () => {
  const kinds = wantedOf('sysctl', 'block', 'thp', 'swap');
  const found = diff(kinds, readings('virtual-machine', kinds));

  it('differs where the provider or the kernel chose otherwise', () => {
    expect(found.changes).toContainEqual({ key: 'sysctl/vm.swappiness', from: '60', to: '10' });
    expect(found.changes).toContainEqual({ key: 'block/scheduler', from: 'mq-deadline', to: 'none' });
    expect(found.changes).toContainEqual({ key: 'block/read-ahead', from: '8192 KB', to: '128 KB' });
    expect(found.changes).toContainEqual({ key: 'swap/1024 MB', from: null, to: 'present' });
    expect(found.changes.map(({ key }) => key)).not.toContain('thp/enabled');
    expect(found.notApplicable).toEqual([]);
  });

  it('gets exactly these steps', () => {
    const steps = kernel.steps(found.changes, wanted);
    expect(steps.map((step) => ('title' in step ? step.title : step.path))).toEqual([
      'set 8 kernel values',
      'set scheduler and read-ahead of the disks',
      '/etc/systemd/system/var-lib-jernverk-swap.swap',
      'make 1024 MB of swap',
    ]);
  });
});

it('a live value of several fields is compared without regard to tabs', () => {
  const settings = new Map([['sysctl/net.ipv4.tcp_rmem', '4096 131072 6291456']]);
  const read = readings('', settings, { sysctl: 'value 4096\t131072\t6291456\n' });
  expect(diff(settings, read).changes).toEqual([]);
});

it('a value that this kernel does not have is not applicable, with the reason', () => {
  const read = readings('', new Map([['sysctl/vm.gone', '1']]), { sysctl: 'missing\n' });
  expect(read.get('sysctl/vm.gone')).toEqual({ kind: 'not applicable', reason: 'this kernel has no such setting' });
});

it('two disks that differ are both named', () => {
  const block = 'scheduler vda [none] mq-deadline\nscheduler vdb none [mq-deadline]\n';
  const read = readings('', new Map([['block/scheduler', 'none']]), { block });
  expect(read.get('block/scheduler')).toEqual({ kind: 'value', value: 'vda none, vdb mq-deadline' });
});

describe('other sysctl files', () => {
  const settings = wantedOf('sysctl-at-boot');
  const conflicts = (output: string) => diff(settings, readings('', settings, { 'sysctl-at-boot': output })).changes;

  it('a later file that says something else is named, and the deploy fails on it at last', () => {
    const changes = conflicts('file /etc/sysctl.d/99-cloud.conf\nset vm/swappiness =  60\n');
    expect(changes[0]?.from).toBe('/etc/sysctl.d/99-cloud.conf sets vm.swappiness = 60');
    const [step] = kernel.steps(changes, wanted);
    expect(step?.kind === 'run' && step.command.script).toMatch(/99-cloud\.conf.*exit 1/);
  });

  it('an earlier file, an equal value and a file hidden by one of its name are none', () => {
    expect(conflicts('file /etc/sysctl.d/10-x.conf\nset vm.swappiness = 60\n')).toEqual([]);
    expect(conflicts('file /etc/sysctl.d/99-x.conf\nset vm.swappiness = 10\n')).toEqual([]);
    expect(
      conflicts('file /etc/sysctl.d/99-x.conf\nfile /usr/lib/sysctl.d/99-x.conf\nset vm.swappiness = 60\n'),
    ).toEqual([]);
  });
});

describe('swap', () => {
  const header = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
  const ours = '/var/lib/jernverk/swap                  file\t\t1048576\t\t0\t\t-2\n';
  const theirs = '/dev/vda2                               partition\t999420\t\t0\t\t-2\n';
  const read = (text: string) => readings('', wantedOf('swap'), { swap: text }).get('swap/1024 MB');

  it('"0 MB" wants none', () => {
    expect([...wantedWith({ swap: '0 MB' }).keys()].filter((key) => kindOf(key) === 'swap')).toEqual([]);
  });

  it.each([
    ['our file, on at boot', `boot enabled\n${header}${ours}`, 'present'],
    ['our file, off at boot', `boot disabled\n${header}${ours}`, 'present, but not after the next boot'],
    ['enough from before', `boot \n${header}${theirs.replace('999420', '2097148')}`, 'present'],
    ['some from before', `boot \n${header}${theirs}`, '976 MB'],
  ])('%s', (_, text, reading) => {
    expect(read(text)).toEqual({ kind: 'value', value: reading });
  });

  it('is taken away with its unit', () => {
    const steps = kernel.steps([{ key: 'swap/1024 MB', from: 'present', to: null }], new Map());
    expect(steps.map((step) => step.kind)).toEqual(['run', 'remove']);
  });
});
