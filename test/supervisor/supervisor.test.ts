import { describe, expect, it } from 'vitest';
import { absent, type Change, value } from '../../provision/setting.ts';
import { tmpfilesFile, unitFile } from '../../provision/supervisor/desired.ts';
import { supervisor } from '../../provision/supervisor/topic.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { fixture, readingsFrom } from '../support/topic-fixtures.ts';

function wantedWith(workers: readonly object[], roles: readonly string[] = ['worker']) {
  const environment = environmentWith({ roles }, { workers });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return supervisor.desired({ environment, host, release: null, networks: null });
}
const wanted = wantedWith([
  { name: 'etl', drain: '2 minutes' },
  { name: 'tick', drain: '5 seconds' },
]);
const titles = (changes: readonly Change[], settings = wanted): string[] =>
  supervisor.steps(changes, settings).map((step) => ('title' in step ? step.title : `${step.kind} ${step.path}`));

describe('what is wanted of supervisord', () => {
  it.each([
    ['unit.conf', unitFile],
    ['tmpfiles.conf', tmpfilesFile],
  ])('%s is in the golden file', async (name, path) => {
    await expect(wanted.get(`file/${path}`)).toMatchFileSnapshot(`../fixtures/supervisor/${name}.golden`);
  });

  it('gives the unit longer to stop than the longest drain', () => {
    expect(wanted.get(`file/${unitFile}`)).toContain('TimeoutStopSec=180s');
  });

  it('is nothing on a host that runs no workers', () => {
    expect(wantedWith([], ['broker']).size).toBe(0);
  });
});

describe.each(['debian-12', 'debian-13'])('the answers of %s', (debian) => {
  const keys = [...wanted.keys()].filter((key) => key.startsWith('unit/') || key.startsWith('directory/'));

  it('are what is wanted', () => {
    const readings = readingsFrom(supervisor.facts(keys), (key) =>
      fixture(`supervisor/${debian}/${key.startsWith('unit/') ? 'unit.txt' : 'directories.txt'}`),
    );
    for (const key of keys) expect([key, readings.get(key)]).toEqual([key, value(wanted.get(key) ?? '')]);
  });
});

describe('readings', () => {
  it('have a unit that is not installed and a folder that is not there as absent', () => {
    const readings = readingsFrom(
      supervisor.facts(['unit/supervisor.service:KillMode', 'directory//var/lib/jernverk']),
      (key) => (key.startsWith('unit/') ? 'KillMode=control-group\nLoadState=not-found\n' : ''),
    );
    expect([...readings.values()]).toEqual([absent, absent]);
  });
});

describe('steps', () => {
  it('never restart supervisord for a changed drop-in: systemd reads it again, no job is disturbed', () => {
    expect(titles([{ key: `file/${unitFile}`, from: '', to: wanted.get(`file/${unitFile}`) ?? '' }])).toEqual([
      `write ${unitFile}`,
      'load unit files',
    ]);
  });

  it('wait for supervisord to answer after its start', () => {
    expect(titles([{ key: 'service/supervisor.service', from: 'enabled inactive', to: 'enabled active' }])).toEqual([
      'start supervisor.service',
      'wait until supervisord answers',
    ]);
  });

  it('remove inner folders before outer ones when nothing is wanted', () => {
    const [step] = supervisor.steps(
      ['directory//run/jernverk', 'directory//run/jernverk/slots'].map((key) => ({ key, from: '0755 0:0', to: null })),
      new Map(),
    );
    expect(step?.kind === 'run' ? step.command.script.match(/rmdir \S+/g) : null).toEqual([
      'rmdir /run/jernverk/slots',
      'rmdir /run/jernverk',
    ]);
  });
});
