import { describe, expect, it } from 'vitest';
import type { ReleaseManifest } from '../../../../platform/build/manifest.ts';
import { workerOwnerOf } from '../../../../platform/contract/places.ts';
import { slotSettingsSchema } from '../../../../platform/contract/slot-settings.ts';
import { workerFileSchema } from '../../../../platform/contract/worker-file.ts';
import {
  absent,
  type Change,
  nameOf,
  type Reading,
  type Settings,
  value,
} from '../../../../provision/engine/setting.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { baseImage } from '../../../../provision/topics/docker/base-image.ts';
import { groupOf, groupOfName, groupOfPath } from '../../../../provision/topics/slots/group.ts';
import { reachedLimits } from '../../../../provision/topics/slots/limits.ts';
import { slotFacts } from '../../../../provision/topics/slots/slots.ts';
import { slots as slotsTopic } from '../../../../provision/topics/slots/topic.ts';
import { parseUsage } from '../../../../provision/topics/slots/usage.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture } from '../../../support/topic-fixtures.ts';

const layer = (digit: string) => ({ digest: digit.repeat(64), bytes: 1, title: digit });
const declared = workerFileSchema.parse({});
const manifest: ReleaseManifest = {
  id: 'aaaabbbbcccc',
  workers: [
    { worker: 'tick', declared, layers: [layer('1'), layer('2')], entry: '/app/main.mjs' },
    { worker: 'tock', declared, layers: [layer('1'), layer('3')], entry: '/app/main.mjs' },
  ],
};
const workers = [{ name: 'tick', slots: 2, memory: '128 MB', drain: '5 seconds' }];

function wantedWith(
  config: readonly object[],
  built: ReleaseManifest | null = manifest,
  roles: readonly string[] = ['worker'],
): Settings {
  const environment = environmentWith({ roles }, { workers: config });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return slotsTopic.desired({ environment, host, release: built, networks: null });
}
const wanted = wantedWith(workers);
const onBroker = wantedWith(workers, manifest, ['broker', 'worker']);
const groupFile = (settings: Settings): string =>
  [...settings.keys()].find((key) => key.startsWith('file//etc/supervisor')) ?? '';

const settingsFile = (settings: Settings): string =>
  [...settings.keys()].find((key) => key.startsWith('file//etc/jernverk/workers/')) ?? '';

describe('what is wanted of a release', () => {
  it('has a group file as in the golden file', async () => {
    await expect(wanted.get(groupFile(wanted))).toMatchFileSnapshot('../../../fixtures/release/group.conf.golden');
  });

  it('has the settings of its slots in a file that they alone read, as in the golden file', async () => {
    const file = settingsFile(wanted);
    await expect(wanted.get(file)).toMatchFileSnapshot('../../../fixtures/release/slot-settings.json.golden');
    expect(slotSettingsSchema.parse(JSON.parse(wanted.get(file) ?? ''))).toMatchObject({ worker: 'tick', attempts: 5 });
    expect(file).toContain(groupOfPath(nameOf(groupFile(wanted)))?.name);
  });

  it('has a slot for each number and an image on the base image', () => {
    expect([...wanted.keys()].filter((key) => key.startsWith('slot/'))).toEqual(['slot/tick_00', 'slot/tick_01']);
    expect(wanted.get('image/jernverk/tick:aaaabbbbcccc')).toBe(baseImage);
    expect(wanted.get('release/current')).toBe('aaaabbbbcccc');
  });

  it.each([
    ['another release', { id: 'aaaabbbbcccd' }, {}],
    ['more memory', {}, { memory: '256 MB' }],
    ['more slots', {}, { slots: 3 }],
    [
      'fewer retries',
      { workers: manifest.workers.map((build) => ({ ...build, declared: { ...declared, retries: 0 } })) },
      {},
    ],
  ])('%s is a group of its own beside the old one', (_, otherManifest, otherWorker) => {
    const other = wantedWith([{ ...workers[0], ...otherWorker }], { ...manifest, ...otherManifest });
    expect(groupFile(other)).not.toBe(groupFile(wanted));
  });

  it('refuses a worker that the release does not have', () => {
    expect(() => wantedWith([{ name: 'etl' }])).toThrow(
      'the environment has the worker etl, and release aaaabbbbcccc was built with tick, tock',
    );
  });

  it('is nothing where there is no release', () => {
    expect(wantedWith(workers, null).size).toBe(0);
  });
});

describe('what belongs to one revision of a worker', () => {
  const revision = groupOfPath(groupFile(onBroker).slice('file/'.length))?.revision;
  const account = `tick.${revision}`;

  it('is an account that reads its own queue and writes to the exchange of its own dead letters', () => {
    expect(onBroker.get(`permission/${account}`)).toBe('configure=^$ write=^tick\\.dead$ read=^tick$');
    expect(onBroker.get(`secret/rabbitmq/${account}`)).toBe('present');
    expect(onBroker.get(groupFile(onBroker))).toContain(`SLOT_REVISION="${account.split('.')[1]}"`);
  });

  const answers = [
    [
      { name: account, tags: [] },
      { name: 'tick.00000000', tags: [] },
      { name: 'enqueue', tags: [] },
    ],
    [],
    [{ user: account, vhost: 'jernverk', configure: '^$', write: '^tick\\.dead$', read: '^tick$' }],
    [],
    ['tick', 'tick.dead'].map((name) => ({ name, vhost: 'jernverk', durable: true, arguments: {} })),
    [],
    [],
  ].map((answer) => `${JSON.stringify(answer)}\n200\n`);
  const facts = factsOf(slotsTopic, [...onBroker.keys()]);
  const read = (output: string) =>
    facts.find(({ keys }) => keys.includes(`user/${account}`))?.parse(`${output}login ${account} works\n`);

  it('is as it should be, and the account of another revision is left over', () => {
    const readings = read(answers.join(''));
    expect(readings?.get(`login/${account}`)).toEqual(value('works'));
    expect(readings?.get(`permission/${account}`)).toEqual(value(onBroker.get(`permission/${account}`) ?? ''));
    expect(readings?.get('user/tick.00000000')).toEqual(value('no tags'));
    expect(readings?.has('user/enqueue')).toBe(false);
  });

  it('has a folder for files that its own user alone can enter', () => {
    expect(onBroker.get('directory//var/lib/jernverk/files/tick')).toBe(`0700 ${workerOwnerOf('tick')}`);
    expect(workerOwnerOf('tick')).not.toBe(workerOwnerOf('tock'));
  });
});

describe('names of groups', () => {
  it('lead back to worker and revision', () => {
    const { broker, workers } = environmentWith({}, { workers: [{ name: 'image-resizer' }] });
    const [config] = workers;
    if (config === undefined) throw new Error('no worker');
    const group = groupOf({ config, declared, broker, release: manifest.id, base: baseImage });
    const { name, worker, revision } = group;
    expect(groupOfPath(group.path)).toEqual({ name, worker, revision });
  });

  it('are not taken from programs of others', () => {
    expect(groupOfName('tick')).toBeNull();
    expect(groupOfPath('/etc/supervisor/conf.d/other-aaaabbbb.conf')).toBeNull();
  });
});

describe.each(['debian-12', 'debian-13'])('the slots of %s', (debian) => {
  const output = fixture(`release/${debian}/slots.txt`);
  const groups = [...output.matchAll(/^\S+\.conf$/gm)].map(([path]) => path);
  const revision = (worker: string): string =>
    groups.flatMap((path) => groupOfPath(path) ?? []).find((group) => group.worker === worker)?.revision ?? '';
  const keys = [
    'slot/tick_00',
    'slot/tick_02',
    'slot/tock_00',
    'slot/tick_09',
    ...groups.map((path) => `file/${path}`),
  ];
  const read = (text: string, asked = keys): ReadonlyMap<string, Reading> =>
    slotFacts(asked)[0]?.parse(text) ?? new Map();

  it('run, each with the revision of its group', () => {
    expect([...read(output)]).toEqual([
      ['slot/tick_00', value(`running ${revision('tick')}`)],
      ['slot/tick_02', value(`running ${revision('tick')}`)],
      ['slot/tock_00', value(`running ${revision('tock')}`)],
      ['slot/tick_09', absent],
    ]);
  });

  it('are left over where nobody wants their group', () => {
    const readings = read(output, ['slot/tick_00', groups.map((path) => `file/${path}`)[0] ?? '']);
    expect([...readings.keys()]).toContain(`group/tock-${revision('tock')}`);
  });

  it('run with an old secret where it was replaced since they started', () => {
    const folder = `tick_00-${revision('tick')}`;
    const readings = read(`${output}\nold secret ${folder}\n`);
    expect(readings.get('slot/tick_00')).toEqual(value(`running ${revision('tick')} with an old secret`));
    expect(readings.get('slot/tick_02')).toEqual(value(`running ${revision('tick')}`));
  });

  it.each([
    ['RUNNING', 'FATAL', 'fatal'],
    ['"state":"consuming"', '"state":"starting"', 'starting'],
    ['"beat":', '"beat":1,"was":', 'without a sign of life'],
    ['{"state"', '{"sta', 'without status'],
  ])('do not run where %s is %s', (from, to, state) => {
    const readings = read(output.replaceAll(from, to));
    expect(readings.get('slot/tick_00')).toEqual(value(`${state} ${revision('tick')}`));
  });

  it('are absent where supervisord does not run, and their files are still seen', () => {
    const stopped = output.slice(0, output.indexOf('<?xml'));
    expect(read(stopped).get('slot/tick_00')).toEqual(absent);
    expect([...read(stopped, ['slot/tick_00']).keys()].filter((key) => key.startsWith('group/')).length).toBe(2);
  });
});

describe('steps', () => {
  const titles = (changes: readonly Change[], settings: Settings = wanted): string[] =>
    slotsTopic.steps(changes, settings).map((step) => ('title' in step ? step.title : `${step.kind} ${step.path}`));
  const all = [...wanted].map(([key, to]): Change => ({ key, from: null, to }));

  it('send, load, write, switch, prune', () => {
    expect(titles(all)).toEqual([
      'send release aaaabbbbcccc',
      'make the image jernverk/tick:aaaabbbbcccc',
      'write /var/lib/jernverk/releases/aaaabbbbcccc/manifest.json',
      'make the folders for job files',
      'make secrets on the host',
      'write /etc/systemd/system/jernverk-door-tick.socket',
      'write /etc/systemd/system/jernverk-door-tick.service',
      settingsFile(wanted).replace('file/', 'write '),
      groupFile(wanted).replace('file/', 'write '),
      'open the broker to tick',
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('send only the layers of workers whose image is missing', () => {
    const [upload] = slotsTopic.steps(all, wanted);
    expect(upload).toMatchObject({ kind: 'upload', digests: ['1'.repeat(64), '2'.repeat(64)] });
  });

  it('wait for the drain of the slots before, whatever theirs was', () => {
    const [step] = slotsTopic.steps([{ key: 'slot/tick_00', from: null, to: 'x' }], wanted);
    expect(step?.kind === 'run' ? step.timeoutMs : 0).toBeGreaterThan(2 * 3600 * 1000);
  });

  it('switch and send nothing for a stopped slot', () => {
    expect(titles([{ key: 'slot/tick_00', from: 'stopped', to: 'running' }])).toEqual([
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('restart slots that have an old secret one after another, before the switch looks whether all are healthy', () => {
    const key = 'slot/tick_00';
    const to = wanted.get(key) ?? '';
    expect(titles([{ key, from: `${to} with an old secret`, to }])).toEqual([
      'restart the slots that have an old secret, one after another',
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('remove no account themselves: the switch does, after the drain', () => {
    const gone = ['user/tick.00000000', 'permission/tick.00000000', 'secret/rabbitmq/tick.00000000'];
    const made = slotsTopic.steps(
      gone.map((key) => ({ key, from: 'x', to: null })),
      wanted,
    );
    expect(made.map((step) => ('title' in step ? step.title : step.kind))).toEqual([
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
    expect(made[0]?.kind === 'run' ? made[0].command.script : '').toMatch(/switch-release .*\n.*prune-accounts\n/);
  });

  it('restart a slot that runs and says nothing, and no other', () => {
    const to = 'running aaaabbbb';
    const silent = ['without a sign of life aaaabbbb', 'without status aaaabbbb'];
    for (const from of silent)
      expect(titles([{ key: 'slot/tick_00', from, to }])[0]).toBe('restart a slot that is silent');
    for (const from of ['without status 00001111', 'draining aaaabbbb'])
      expect(titles([{ key: 'slot/tick_00', from, to }])[0]).toBe(
        'start release aaaabbbbcccc and drain the previous one',
      );
  });

  it('keep the manifest and leave the group file of the release before to the switch, which drains its slots first', () => {
    const old = ['manifest/ddddeeeeffff', 'file//etc/supervisor/conf.d/jernverk-tick-11112222.conf'];
    expect(titles(old.map((key) => ({ key, from: 'text', to: null })))).toEqual([
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('close the door of a worker that is gone after its slots have drained, as they need it until then', () => {
    expect(titles([{ key: 'door/tock', from: '0600 10001:10001, 64 connections', to: null }])).toEqual([
      'start release aaaabbbbcccc and drain the previous one',
      'close the broker to tock',
      'remove old releases',
    ]);
  });

  it('open the door of one worker again and leave the others alone', () => {
    expect(
      titles([{ key: 'service/jernverk-door-tick.socket', from: 'enabled inactive', to: 'enabled active' }]),
    ).toEqual([
      'open the broker to tick',
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('do nothing about a limit that a worker has reached, so that an apply goes on', () => {
    const [limit] = reachedLimits(parseUsage('status 0 12 /run/jernverk/slots/tick_00-aaaabbbb'));
    expect(titles([{ key: `limit/${limit?.name}`, from: limit?.text ?? '', to: null }])).toEqual([
      'start release aaaabbbbcccc and drain the previous one',
      'remove old releases',
    ]);
  });

  it('drain all before anything is removed when nothing is wanted', () => {
    expect(titles([{ key: groupFile(wanted), from: 'text', to: null }], new Map())).toEqual([
      'drain and remove all slots',
      groupFile(wanted).replace('file/', 'remove '),
      'remove all releases',
    ]);
  });
});
