import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slotSettingsFile } from '../../../../platform/contract/places.ts';
import { shut } from '../../../../platform/contract/sandbox.ts';
import { healthOf, parseSlotStatus, silentAfterMs } from '../../../../platform/contract/slot-health.ts';
import { inContainer } from '../../../../platform/contract/slot-settings.ts';
import { absent, type Change, kindOf, nameOf, value } from '../../../../provision/engine/setting.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { programs } from '../../../../provision/topics/slots/programs.ts';
import { mountFile, tmpfilesFile, unitFile } from '../../../../provision/topics/supervisor/desired.ts';
import { supervisor } from '../../../../provision/topics/supervisor/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

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
    ['files.mount', mountFile],
  ])('%s is in the golden file', async (name, path) => {
    await expect(wanted.get(`file/${path}`)).toMatchFileSnapshot(`../../../fixtures/supervisor/${name}.golden`);
  });

  it('has no folder of ours in a folder of somebody else, who could replace it under root', () => {
    const folders = new Map(
      [...wanted].flatMap(([key, text]) => (kindOf(key) === 'directory' ? [[nameOf(key), text]] : [])),
    );
    const parents = [...folders.keys()].flatMap((path) => folders.get(dirname(path)) ?? []);
    expect(parents.length).toBeGreaterThan(3);
    expect(parents.filter((owner) => !/^0[0-7]5[0-5] 0:0$/.test(owner))).toEqual([]);
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
    const readings = readingsFrom(factsOf(supervisor, keys), (key) =>
      fixture(`supervisor/${debian}/${key.startsWith('unit/') ? 'unit.txt' : 'directories.txt'}`),
    );
    for (const key of keys) expect([key, readings.get(key)]).toEqual([key, value(wanted.get(key) ?? '')]);
  });
});

describe('readings', () => {
  it('have a unit that is not installed and a folder that is not there as absent', () => {
    const readings = readingsFrom(
      factsOf(supervisor, ['unit/supervisor.service:KillMode', 'directory//var/lib/jernverk']),
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

describe('a mount with restrictions', () => {
  const key = 'mount//var/lib/jernverk/files';
  const read = (options: string) => readingsFrom(factsOf(supervisor, [key]), () => options).get(key);

  it('is what the kernel says of the uppermost mount there', () => {
    expect(read('rw,relatime\nrw,nosuid,nodev,noexec,relatime\n')).toEqual(value('nodev noexec nosuid'));
    expect(read('rw,nosuid,relatime\n')).toEqual(value('nosuid'));
    expect(read('rw,relatime\n')).toEqual(value('without restrictions'));
    expect(read('')).toEqual(absent);
  });

  it('that somebody loosened is remounted', () => {
    expect(titles([{ key, from: 'nosuid', to: 'nodev noexec nosuid' }])).toEqual(['remount /var/lib/jernverk/files']);
  });
});

describe('the weights of a slice', () => {
  const keys = ['weight/jernverk-slots.slice:cpu', 'weight/jernverk-slots.slice:io'];

  it('are what the kernel goes by, and not applicable on a host without such controllers', () => {
    const output = 'jernverk-slots.slice:cpu 100\njernverk-slots.slice:io none\n';
    const readings = readingsFrom(factsOf(supervisor, keys), () => output);
    expect(keys.map((key) => readings.get(key)?.kind)).toEqual(['value', 'not applicable']);
    expect(readings.get(keys[0] ?? '')).toEqual(value(wanted.get(keys[0] ?? '') ?? ''));
  });
});

it('a slot is shut in by the same options as every other container', () => {
  const program = programs.get('/usr/local/lib/jernverk/slot') ?? '';
  for (const option of shut.filter((word) => word.startsWith('--'))) {
    const value = shut[shut.indexOf(option) + 1] ?? '';
    expect(program).toContain(value.startsWith('--') ? option : `${option} ${value}`);
  }
});

it('a slot mounts what it is told of where its settings say that it is', () => {
  const program = programs.get('/usr/local/lib/jernverk/slot') ?? '';
  const { settings, brokerPassword, files } = inContainer;
  for (const path of [settings, brokerPassword, files, dirname(inContainer.brokerSocket), dirname(inContainer.status)])
    expect(program).toMatch(new RegExp(`,dst=${path}[",]`));
  expect(program).toContain(`"$SLOT_IMAGE" ${settings} "$slot"`);
});

it('the settings of a group are looked for, and removed with it, where they are written', () => {
  const folder = dirname(slotSettingsFile('tick-aaaabbbb'));
  expect(programs.get('/usr/local/lib/jernverk/slot')).toContain(`settings=${folder}/$worker-$SLOT_REVISION.json`);
  const switching = programs.get('/usr/local/lib/jernverk/switch-release') ?? '';
  expect(switching).toContain(`settings=${folder}\n`);
  expect(switching.match(/"\$settings\/\$group\.json"/g)).toHaveLength(2);
});

describe('whether a slot is healthy, as switch-release sees it', () => {
  const [program = ''] =
    /^healthy\(\) \{[\s\S]*?^\}/m.exec(programs.get('/usr/local/lib/jernverk/switch-release') ?? '') ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'jernverk-healthy-'));
  const judge = (): string =>
    execFileSync('sh', ['-euc', `${program}\nif healthy "$1"; then echo yes; else echo no; fi`, 'sh', folder], {
      encoding: 'utf8',
      timeout: 20_000,
    }).trim();
  const file = join(folder, 'status.json');

  it.each([
    ['consuming and alive', `{"state":"consuming","beat":${Date.now()}}`, 'yes'],
    ['silent', '{"state":"consuming","beat":1}', 'no'],
    ['alive, and does not consume', `{"state":"starting","beat":${Date.now()}}`, 'no'],
    ['a state of its own making', `{"state":"fine","beat":${Date.now()}}`, 'no'],
    ['no state', `{"beat":${Date.now()}}`, 'no'],
    ['a number that ends dash', '{"state":"consuming","beat":089}', 'no'],
    ['no number', '{"state":"consuming","beat":x}', 'no'],
    ['no status', '', 'no'],
  ])('%s', (_name, text, answer) => {
    writeFileSync(file, text);
    expect(judge()).toBe(answer);
  });

  it.each([
    ['consuming', 0],
    ['busy', silentAfterMs - 5_000],
    ['busy', silentAfterMs + 5_000],
    ['draining', 0],
    ['starting', 0],
    ['stopped', 0],
  ] as const)('by the rule of the contract: %s, %i ms ago', (state, age) => {
    const status = { version: 1, worker: 'tick', slot: 'tick_00', release: 'a', state, job: null, done: 0, failed: 0 };
    const text = JSON.stringify({ ...status, beat: Date.now() - age });
    writeFileSync(file, text);
    expect(judge()).toBe(healthOf(parseSlotStatus(text), Date.now()) === 'running' ? 'yes' : 'no');
  });

  it('neither by a link to a file of the host nor by a pipe, which is not waited for', () => {
    const status = join(folder, 'elsewhere');
    writeFileSync(status, `{"state":"consuming","beat":${Date.now()}}`);
    execFileSync('rm', [file]);
    symlinkSync(status, file);
    expect(judge()).toBe('no');
    execFileSync('rm', [file]);
    execFileSync('mkfifo', [file]);
    expect(judge()).toBe('no');
  });
});
