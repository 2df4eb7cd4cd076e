import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diff } from '../../../../provision/engine/diff.ts';
import { type Change, kindOf, type Readings, type Settings } from '../../../../provision/engine/setting.ts';
import type { Step } from '../../../../provision/engine/step.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { curlConfig, secretsFolder } from '../../../../provision/topics/broker/names.ts';
import { broker as brokerTopic } from '../../../../provision/topics/broker/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

function wantedWith(hostConfig: object = {}, rest: object = {}): Settings {
  const environment = environmentWith(hostConfig, {
    workers: [{ name: 'image-resizer' }, { name: 'pdf-invoice' }],
    ...rest,
  });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return brokerTopic.desired({ environment, host, release: null, networks: null });
}

const wanted13 = wantedWith({ debian: 13 });
const wanted12 = wantedWith({ debian: 12 });

const inBroker = ['vhost', 'user', 'login', 'permission', 'exchange', 'policy', 'queue', 'binding'];
const ownKinds = ['listen', 'socket', 'secret', ...inBroker];
/** Files, services and what they have loaded are kinds of their own, with tests of their own. */
const ownOf = (wanted: Settings): Settings => new Map([...wanted].filter(([key]) => ownKinds.includes(kindOf(key))));

const readings = (scenario: string, wanted: Settings): Readings =>
  readingsFrom(factsOf(brokerTopic, [...ownOf(wanted).keys()], ownOf(wanted)), (key) =>
    fixture(`rabbitmq/${scenario}/${kindOf(key)}.txt`),
  );

const changes = (scenario: string, wanted = wanted13): Record<string, string | null> =>
  Object.fromEntries(diff(ownOf(wanted), readings(scenario, wanted)).changes.map(({ key, from }) => [key, from]));

const unitFiles = '/etc/systemd/system';

describe.each([
  ['13', wanted13],
  ['12', wanted12],
])('wanted on Debian %s', (debian, wanted) => {
  it.each([
    '/etc/rabbitmq/rabbitmq.conf',
    '/etc/rabbitmq/rabbitmq-env.conf',
    '/etc/rabbitmq/erl_inetrc',
    `${unitFiles}/rabbitmq-server.service.d/60-jernverk.conf`,
    `${unitFiles}/jernverk-broker.socket`,
    `${unitFiles}/jernverk-broker.service`,
  ])('%s is as the golden file', async (path) => {
    const name = path.includes('60-jernverk') ? 'rabbitmq-server.service' : path.split('/').at(-1);
    await expect(wanted.get(`file/${path}`)).toMatchFileSnapshot(
      `../../../fixtures/rabbitmq/debian-${debian}/${name}.golden`,
    );
  });

  it('users, policies and queues are as the golden file', async () => {
    const lines = [...ownOf(wanted)].map(([key, text]) => `${key} = ${text}\n`);
    await expect(lines.join('')).toMatchFileSnapshot(`../../../fixtures/rabbitmq/debian-${debian}/objects.golden`);
  });
});

it('a host without a broker wants nothing', () => {
  expect(wantedWith({ roles: ['worker'] }).size).toBe(0);
});

it('the node has the name of the host in the environment, on loopback, in a file that the broker must have loaded', () => {
  const wanted = wantedWith({ name: 'anvil' });
  expect(wanted.get('file//etc/rabbitmq/rabbitmq-env.conf')).toMatch(/^NODENAME=rabbit@anvil$/m);
  expect(wanted.get('file//etc/rabbitmq/rabbitmq-env.conf')).toMatch(
    /^export ERL_INETRC=\/etc\/rabbitmq\/erl_inetrc$/m,
  );
  expect(wanted.get('file//etc/rabbitmq/erl_inetrc')).toMatch(/^\{host, \{127,0,0,1\}, \["anvil"\]\}\.$/m);
  expect(wanted.get('loaded/rabbitmq-server.service:/etc/rabbitmq/erl_inetrc')).toBe('yes');
  expect(titles(change('file//etc/rabbitmq/erl_inetrc', ''))).toContain('restart RabbitMQ');
});

it('the limits come from the environment', () => {
  const wanted = wantedWith(
    {},
    { broker: { consumerTimeout: '2 hours', memoryWatermark: 0.3, diskFreeLimit: '1 GB' } },
  );
  const config = wanted.get('file//etc/rabbitmq/rabbitmq.conf');
  expect(config).toContain('consumer_timeout = 7200000\n');
  expect(config).toContain('vm_memory_high_watermark.relative = 0.3\n');
  expect(config).toContain('disk_free_limit.absolute = 1073741824\n');
});

describe('a host', () => {
  it.each([
    ['debian-13', wanted13],
    ['debian-12', wanted12],
  ])('that is deployed differs in nothing, %s', (scenario, wanted) => {
    expect(diff(ownOf(wanted), readings(scenario, wanted))).toEqual({
      changes: [],
      unknown: [],
      notApplicable: [],
      notices: [],
    });
  });

  it('that drifted shows each difference', () => {
    expect(changes('debian-13-drifted')).toEqual({
      'listen/rabbitmq': 'also on *:4369',
      'socket//run/jernverk/broker/broker.sock': '0666 10001:10001',
      'secret/rabbitmq/enqueue': null,
      'secret/rabbitmq/curl.conf.x': 'present, but 5 bytes long',
      'login/enqueue': null,
      'user/guest': 'administrator',
      'vhost//': 'default queue type quorum',
      'permission/enqueue': 'configure=.* write=.* read=.*',
      'policy/all': '{"apply-to":"queues","definition":{"max-length":1},"pattern":".*","priority":99}',
      'queue/image-resizer': 'classic durable',
      'queue/pdf-invoice': null,
      'exchange/gone.dead': 'direct durable',
      'exchange/jernverk.jobs': 'topic durable',
      'binding/jernverk.jobs/pdf-invoice': null,
      'binding/jernverk.jobs/image-old': 'image-old',
      'binding/pdf-invoice.dead/pdf-invoice.dead': 'image-resizer.dead pdf-invoice.dead',
    });
  });

  describe('that has a queue which no worker takes', () => {
    const { changes: found, notices } = diff(ownOf(wanted13), readings('debian-13-drifted', wanted13));

    it('is told of the jobs that wait there, and what to do', () => {
      expect(notices.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(
          /^3 jobs wait in image-old, which no worker .*add the worker again.*delete_queue image-old$/,
        ),
        expect.stringMatching(/^1 job waits in image-old\.dead, /),
      ]);
    });

    it('loses only the way in: queue, policy, dead-letter exchange and account stay for slots that drain', () => {
      expect(found.map(({ key }) => key).filter((key) => key.includes('image-old'))).toEqual([
        'binding/jernverk.jobs/image-old',
      ]);
    });

    it('keeps the policy also where an earlier deploy had wanted it, as Terraform knows', () => {
      const known = ['policy/image-old', 'queue/image-old', 'exchange/image-old.dead'];
      const facts = factsOf(brokerTopic, [...ownOf(wanted13).keys(), ...known], ownOf(wanted13));
      const readingsThere = readingsFrom(facts, (key) => fixture(`rabbitmq/debian-13-drifted/${kindOf(key)}.txt`));
      expect(readingsThere.get('policy/image-old')).toEqual({ kind: 'absent' });
      expect(readingsThere.get('exchange/image-old.dead')).toEqual({ kind: 'absent' });
      expect(readingsThere.get('queue/image-old')).toMatchObject({ kind: 'notice' });
    });
  });

  describe('that has a user and a virtual host of a benchmark', () => {
    const [userAnswer = '', ok = '', vhosts = '', ...rest] = fixture('rabbitmq/debian-13/vhost.txt').split('\n');
    const withBench = [
      userAnswer.replace('[', '[{"name":"jernverk-bench","tags":[]},'),
      ok,
      vhosts.replace('[', '[{"name":"jernverk-bench","default_queue_type":"quorum"},'),
      ...rest,
    ].join('\n');
    const found = (output: string) => {
      const facts = factsOf(brokerTopic, [...ownOf(wanted13).keys()]);
      const text = (key: string) =>
        kindOf(key) === 'vhost' ? output : fixture(`rabbitmq/debian-13/${kindOf(key)}.txt`);
      return diff(ownOf(wanted13), readingsFrom(facts, text)).changes;
    };

    it('is as it should be while it is measured', () => {
      expect(found(`measuring\n${withBench}`)).toEqual([]);
    });

    it('has drifted where nobody measures: both are left of a run that died, and are taken away', () => {
      expect(found(withBench).map(({ key, to }) => [key, to])).toEqual([
        ['user/jernverk-bench', null],
        ['vhost/jernverk-bench', null],
      ]);
      const script = scripts(brokerTopic.steps(found(withBench), wanted13));
      expect(script).toContain('api DELETE users/jernverk-bench');
      expect(script).toContain('api DELETE vhosts/jernverk-bench');
    });
  });

  it('whose broker is stopped has nothing in it, so that apply may start it', () => {
    const stopped = readings('debian-13-stopped', wanted13);
    expect(stopped.get('queue/image-resizer')).toEqual({ kind: 'absent' });
    expect(stopped.get('user/jernverk')).toEqual({ kind: 'absent' });
  });

  it('that has the wrong password for the administrator can be mended', () => {
    const { unknown, changes: found } = diff(ownOf(wanted13), readings('debian-13-wrong-password', wanted13));
    expect(unknown).toEqual([]);
    expect(found).toContainEqual({ key: 'login/jernverk', from: null, to: 'works' });
    expect(found).toContainEqual({
      key: 'secret/rabbitmq/curl.conf',
      from: "present, but not with the administrator's password",
      to: 'present',
    });
  });

  it.each([
    ['an error of the broker', '{"error":"internal"}\n503\n'],
    ['half an answer', '[]\n200\n'],
    ['something else', `not json\n200\n${'[]\n200\n'.repeat(6)}`],
  ])('that gives %s is unknown', (_what, output) => {
    const facts = factsOf(brokerTopic, ['queue/image-resizer']);
    expect(readingsFrom(facts, () => output).get('queue/image-resizer')).toMatchObject({ kind: 'unknown' });
  });
});

const change = (key: string, from: string | null, to: string | null = wanted13.get(key) ?? null): Change => ({
  key,
  from,
  to,
});
const titles = (...of: readonly Change[]): string[] =>
  brokerTopic.steps(of, wanted13).map((step) => ('title' in step ? step.title : `${step.kind} ${step.path}`));
const scripts = (steps: readonly Step[]): string =>
  steps.map((step) => (step.kind === 'run' ? step.command.script : '')).join('\n');

describe('steps', () => {
  it('nothing differs: nothing is done', () => {
    expect(brokerTopic.steps([], wanted13)).toEqual([]);
  });

  it('a changed configuration is written and loaded', () => {
    const path = '/etc/rabbitmq/rabbitmq.conf';
    expect(titles(change(`file/${path}`, ''))).toEqual([`write ${path}`, 'load unit files', 'restart RabbitMQ']);
  });

  it('a bare host gets secrets and files before the broker starts, and its objects after', () => {
    const all = [...wanted13].map(([key, to]) => change(key, null, to));
    const steps = titles(...all).filter((title) => !title.startsWith('write'));
    expect(steps).toEqual([
      'check that the host has no foreign RabbitMQ',
      'make secrets on the host',
      'load unit files',
      'weigh broker and slots',
      'restart epmd on loopback',
      'restart RabbitMQ',
      "open the containers' broker socket",
      'set up the broker: vhost jernverk, user jernverk, login jernverk and 19 more',
    ]);
  });

  it('an object of the broker is mended without a restart', () => {
    expect(titles(change('user/guest', 'administrator', null))).toEqual(['set up the broker: user guest']);
  });

  it('a queue of another type goes only if it is empty', () => {
    const script = scripts(brokerTopic.steps([change('queue/image-resizer', 'classic durable')], wanted13));
    expect(script).toContain('remove_if_empty queues/jernverk/image-resizer');
    expect(script).toContain('?if-empty=true');
  });

  it('a queue or an exchange that is recreated gets its bindings back', () => {
    for (const recreated of [
      change('queue/image-resizer', 'classic durable'),
      change('exchange/jernverk.jobs', 'fanout durable'),
    ]) {
      expect(scripts(brokerTopic.steps([recreated], wanted13))).toContain(
        'api POST bindings/jernverk/e/jernverk.jobs/q/image-resizer',
      );
    }
    const mended = change('queue/image-resizer', null, 'quorum durable');
    expect(scripts(brokerTopic.steps([mended], wanted13))).not.toContain('api POST bindings/');
  });

  it('names with odd characters are escaped on their way into addresses', () => {
    const script = scripts(brokerTopic.steps([change('user/a b/../%', 'no tags', null)], wanted13));
    expect(script).toContain('api DELETE users/a%20b%2F..%2F%25');
  });

  it('destroy stops the broker before its files go', () => {
    const all = [...wanted13].map(([key, from]) => change(key, from, null));
    const steps = brokerTopic.steps(all, new Map());
    expect(steps[0]).toMatchObject({ kind: 'run', title: 'stop RabbitMQ' });
    expect(steps.filter(({ kind }) => kind === 'remove')).toHaveLength(11);
    expect(scripts(steps)).not.toContain('mnesia');
  });

  it('purge takes the queues and the secrets', () => {
    const script = scripts(brokerTopic.purge?.([]) ?? []);
    expect(script).toContain('/var/lib/rabbitmq/mnesia');
    expect(script).toContain(secretsFolder);
  });
});

/** The facts' own script with a scripted `curl` in place of the broker. */
describe('what the script of the facts says of a broker', () => {
  const password = randomBytes(32).toString('base64url');
  const salt = randomBytes(4);
  const hash = Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');

  function run(curl: string, secrets: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-facts-'));
    try {
      mkdirSync(join(folder, 'secrets'));
      for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, 'secrets', name), text);
      writeFileSync(join(folder, 'curl'), `#!/bin/sh\n${curl}\n`);
      chmodSync(join(folder, 'curl'), 0o755);
      const script = factsOf(brokerTopic, ['login/worker', 'login/other'])[0]?.command.script ?? '';
      const input = script.replaceAll(secretsFolder, join(folder, 'secrets'));
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      return execFileSync('sh', { input, env, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const users = `case "$*" in
  *password_hash*) printf '[{"name":"worker","password_hash":"${hash}"},{"name":"other","password_hash":"${hash}"}]' ;;
  *) printf '[]\\n200\\n' ;;
esac`;

  it('which password it knows, without the password or its hash', () => {
    const said = run(users, { [curlConfig]: '', worker: password, other: 'x'.repeat(43) });
    expect(said).toContain('login worker works\nlogin other refuses\n');
    for (const secret of [password, hash]) expect(said.includes(secret)).toBe(false);
  });

  it('nothing where nothing listens', () => {
    expect(run("printf '\\n000\\n'; exit 7", { [curlConfig]: '' })).toBe('');
  });

  it('nothing where there is no password yet', () => {
    expect(run(users, {})).toBe('');
  });

  it('a failure where it listens and does not answer', () => {
    expect(() => run('exit 28', { [curlConfig]: '' })).toThrow(/listens but does not answer \(curl's exit code 28\)/);
  });
});
