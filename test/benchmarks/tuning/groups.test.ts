import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Group, groupsOf, sysctlPath } from '../../../benchmarks/tuning/groups.ts';
import { parseMachine } from '../../../benchmarks/tuning/machine.ts';
import { interleaved } from '../../../benchmarks/tuning/schedule.ts';
import { block, sysctls, transparentHugePages } from '../../../provision/topics/kernel/values.ts';

const container = parseMachine(readFileSync('test/fixtures/benchmarks/tuning/machine-container-13.txt', 'utf8'));

/** As machineCommand answers on a machine of its own. */
const machineWith = (...disks: readonly string[]) => {
  const queues = disks.map((disk) => `/sys/block/${disk.split(' ')[0]}/queue`);
  const paths = [
    ...sysctls.map(({ key }) => sysctlPath(key)),
    ...['vm.dirty_ratio', 'vm.dirty_background_ratio'].map(sysctlPath),
    '/sys/kernel/mm/transparent_hugepage/enabled',
    ...queues.flatMap((queue) => [`${queue}/scheduler`, `${queue}/read_ahead_kb`]),
  ];
  return parseMachine(
    [...paths.map((path) => `writable ${path}`), ...disks.map((disk) => `disk ${disk}`), ''].join('\n'),
  );
};

function named(groups: readonly Group[], name: string): Group {
  const found = groups.find((group) => group.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

it('every setting of the kernel topic is in just one group', () => {
  const keys = groupsOf(machineWith('vda 1 0')).flatMap(({ settings }) => settings.map(({ key }) => key));
  const own = [
    ...sysctls.map(({ key }) => `sysctl/${key}`),
    ...[block.scheduler, block.readAhead].map(({ key }) => `block/${key}`),
    `thp/${transparentHugePages.key}`,
  ];
  expect(keys.toSorted()).toEqual(own.toSorted());
});

it('every value of the kernel topic says what measuring says of it, with the figure where there is one', () => {
  for (const { evidence } of [...sysctls, block.scheduler, block.readAhead, transparentHugePages]) {
    expect(evidence).toMatch(
      /^(better|no evidence): .*\d %.*\d{4}-\d\d-\d\d|^not (measured|a matter of speed)|^nothing to /,
    );
  }
});

describe('a machine of its own', () => {
  const groups = groupsOf(machineWith('vda 1 4194304', 'vdb 4 0'));

  it('measures four groups, and says why not the others', () => {
    expect(groups.filter(({ skip }) => skip === null).map(({ name }) => name)).toEqual([
      'write-back',
      'disk',
      'huge-pages',
      'idle-connections',
    ]);
    for (const { skip } of groups) expect(skip?.reason ?? 'measured, with the figure').toMatch(/.{20}/);
  });

  it('goes back to a share of memory by the other file: the kernel takes no 0 bytes', () => {
    expect(named(groups, 'write-back').writes.A).toEqual([
      { path: '/proc/sys/vm/dirty_background_ratio', text: '10' },
      { path: '/proc/sys/vm/dirty_ratio', text: '20' },
    ]);
    expect(named(groups, 'write-back').writes.B.map(({ path }) => path)).toEqual([
      '/proc/sys/vm/dirty_background_bytes',
      '/proc/sys/vm/dirty_bytes',
    ]);
  });

  it('has the kernel’s own choice for each disk: by its queues and its optimal size', () => {
    expect(named(groups, 'disk').writes.A).toEqual([
      { path: '/sys/block/vda/queue/scheduler', text: 'mq-deadline' },
      { path: '/sys/block/vda/queue/read_ahead_kb', text: '8192' },
      { path: '/sys/block/vdb/queue/scheduler', text: 'none' },
      { path: '/sys/block/vdb/queue/read_ahead_kb', text: '128' },
    ]);
  });
});

it('a disk whose own values are ours already is not measured', () => {
  expect(named(groupsOf(machineWith('vda 4 0')), 'disk').skip?.state).toBe('same as stock');
});

it('a machine without a virtual disk has none to measure', () => {
  expect(named(groupsOf(machineWith()), 'disk').skip).toEqual({
    state: 'not applicable',
    reason: 'no virtual disk here',
  });
});

it('in a container only its own network is measured', () => {
  const groups = groupsOf(container);
  expect(groups.filter(({ skip }) => skip === null).map(({ name }) => name)).toEqual(['idle-connections']);
  expect(named(groups, 'swap').skip?.state).toBe('not applicable');
});

describe('the schedule', () => {
  it('has both sides equally often, and the drift of time weighs the same on both', () => {
    const order = interleaved(8);
    expect(order.join('')).toBe('ABBAABBAABBAABBA');
    const places = (side: string): number => order.reduce((sum, each, index) => sum + (each === side ? index : 0), 0);
    expect(places('A')).toBe(places('B'));
  });

  it.each([4, 7, 6.5])('%d a side is refused', (perSide) => {
    expect(() => interleaved(perSide)).toThrow(`runs a side: expected an even number from 6, got ${perSide}`);
  });
});
