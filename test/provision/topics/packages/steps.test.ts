import { expect, it } from 'vitest';
import type { Step } from '../../../../provision/engine/step.ts';
import { packagesFor } from '../../../../provision/topics/packages/list.ts';
import { packages } from '../../../../provision/topics/packages/topic.ts';

const absentNow = (key: string, to = 'installed') => ({ key, from: null, to });
const titles = (steps: readonly Step[]): string[] => steps.flatMap((step) => ('title' in step ? [step.title] : []));

it('a host gets what its roles use and no more', () => {
  const always = ['ca-certificates', 'curl', 'fio', 'mtr-tiny', 'nftables', 'time-daemon'];
  expect(packagesFor({ roles: ['gateway'], debian: 13 })).toEqual(always);
  expect(packagesFor({ roles: ['broker'], debian: 13 })).toEqual([...always, 'rabbitmq-server'].sort());
  expect(packagesFor({ roles: ['worker'], debian: 13 })).toContain('docker-cli');
  expect(packagesFor({ roles: ['worker'], debian: 12 })).not.toContain('docker-cli');
});

it('all missing packages are one transaction, which starts no service and says who holds a lock', async () => {
  const steps = packages.steps([absentNow('package/rabbitmq-server'), absentNow('package/time-daemon')], new Map());
  expect(titles(steps)).toEqual(['install 2 packages']);
  const [install] = steps;
  if (install?.kind !== 'run') throw new Error('not a run step');
  await expect(install.command.script).toMatchFileSnapshot('../../../fixtures/packages/install.golden');
});

it('an interrupted dpkg is finished before anything is installed', () => {
  const changes = [{ key: 'dpkg/interrupted', from: 'yes: fio', to: 'no' }, absentNow('package/curl')];
  expect(titles(packages.steps(changes, new Map()))).toEqual(['finish the interrupted dpkg run', 'install curl']);
});

it('destroy finishes an interrupted transaction too, and asks nothing of a whole one', () => {
  const gone = (from: string) => [{ key: 'dpkg/interrupted', from, to: null }];
  expect(titles(packages.steps(gone('yes: fio'), new Map()))).toEqual(['finish the interrupted dpkg run']);
  expect(packages.steps(gone('no'), new Map())).toEqual([]);
});

it('what was there is on disk before the first unit is masked, the policy is written and apt starts', () => {
  const [install] = packages.steps([absentNow('package/docker.io')], new Map());
  const script = install?.kind === 'run' ? install.command.script : '';
  const record = '/var/lib/jernverk/packages-transaction';
  const order = [
    `sync ${record}.new`,
    `mv -f ${record}.new ${record}`,
    'sync /var/lib/jernverk\noff=',
    'mask $off',
    '> /usr/sbin/policy-rc.d',
    'run_apt ||',
  ];
  const places = order.map((text) => script.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(script.indexOf(`rm -f ${record}`)).toBeGreaterThan(script.indexOf('unmask $off'));
});

it('an install records the versions itself; a stale record alone is only written again', () => {
  const stale = { key: 'record/versions', from: 'stale: …', to: 'current' };
  expect(titles(packages.steps([stale], new Map()))).toEqual(['record the exact package versions']);
  expect(titles(packages.steps([stale, absentNow('package/curl')], new Map()))).toEqual(['install curl']);
});

it('destroy leaves packages alone; purge takes away those that we brought', () => {
  expect(packages.steps([{ key: 'package/curl', from: 'installed', to: null }], new Map())).toEqual([]);
  expect(titles(packages.purge?.([]) ?? [])).toEqual([
    'remove the packages that were installed for Jernverk',
    'remove the folders of Jernverk',
  ]);
});
