import type { Channel, ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sh } from '../../lib/shell.ts';
import { accountOf } from '../../platform/contract/permissions.ts';
import { apply } from '../../provision/engine/apply.ts';
import { askScript } from '../../provision/engine/gather.ts';
import { factsOf, type Topic } from '../../provision/engine/topic.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import { brokerSocket, configPath, erlangNamesPath, secretsFolder } from '../../provision/topics/broker/names.ts';
import { accountSettings } from '../../provision/topics/broker/objects.ts';
import { secretSetting } from '../../provision/topics/broker/secrets.ts';
import { broker as brokerTopic } from '../../provision/topics/broker/topic.ts';
import { packages } from '../../provision/topics/packages/topic.ts';
import { environmentWith, type TopicOnHost, topicOnHost } from '../support/apply-topic.ts';
import { brokerOverSsh } from '../support/broker-over-ssh.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';

const worker = 'image-resizer';
const account = accountOf(worker, '0123abcd');
const otherAccount = accountOf('pdf-invoice', '89abcdef');

/** The broker with the accounts of two workers, which the topic `slots` adds, so that no release is needed here. */
const withAccounts: Topic = {
  ...brokerTopic,
  desired: (context) =>
    new Map([
      ...brokerTopic.desired(context),
      ...[account, otherAccount].map(secretSetting),
      ...accountSettings(worker, '0123abcd'),
      ...accountSettings('pdf-invoice', '89abcdef'),
    ]),
};
const api = `curl -sSf -K ${secretsFolder}/curl.conf -H content-type:application/json`;
const url = 'http://127.0.0.1:15672/api';

/** What Debian does when packages are installed by the packages topic: nothing starts. */
const install = raw(`if ! command -v rabbitmqctl >/dev/null || ! command -v curl >/dev/null; then
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  apt-get -q update
  DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install rabbitmq-server curl
  rm /usr/sbin/policy-rc.d
fi`);

/** What can go wrong with a broker by itself or by hand: how, and the key that must show it. */
const drifts: readonly { what: string; how: string; key: string }[] = [
  {
    what: 'a changed line in rabbitmq.conf',
    how: `sed -i 's/^heartbeat = 30/heartbeat = 60/' ${configPath}`,
    key: `file/${configPath}`,
  },
  {
    what: 'a file that the running broker has not read',
    how: `touch -d 2001-01-01 ${configPath}; systemctl daemon-reload
sed -i 's/^[0-9a-f]*/${'0'.repeat(64)}/' /run/jernverk/loaded/rabbitmq-server.service`,
    key: `loaded/rabbitmq-server.service:${configPath}`,
  },
  {
    what: 'a table of names that Erlang cannot read',
    how: `echo '{host, {127' > ${erlangNamesPath}`,
    key: `file/${erlangNamesPath}`,
  },
  {
    what: 'a stopped broker',
    how: 'systemctl stop rabbitmq-server.service',
    key: 'service/rabbitmq-server.service',
  },
  {
    what: 'a disabled broker',
    how: 'systemctl disable --quiet rabbitmq-server.service 2>/dev/null',
    key: 'service/rabbitmq-server.service',
  },
  {
    what: 'an epmd for everyone',
    how: `rm /etc/systemd/system/epmd.socket.d/60-jernverk.conf; systemctl daemon-reload
systemctl stop epmd.service epmd.socket; systemctl start epmd.socket`,
    key: 'listen/rabbitmq',
  },
  {
    what: 'a stopped socket for containers',
    how: 'systemctl stop jernverk-broker.service jernverk-broker.socket',
    key: 'service/jernverk-broker.socket',
  },
  {
    what: 'a socket that everyone may use',
    how: `chmod 0666 ${brokerSocket}`,
    key: `socket/${brokerSocket}`,
  },
  { what: 'a deleted user', how: `${api} -X DELETE ${url}/users/${account}`, key: `user/${account}` },
  {
    what: 'the user guest',
    how: `${api} -X PUT ${url}/users/guest -d '{"password":"guest","tags":"administrator"}'`,
    key: 'user/guest',
  },
  {
    what: 'an administrator with less rights',
    how: `LC_ALL=C.UTF-8 rabbitmqctl -q set_user_tags jernverk monitoring </dev/null`,
    key: 'user/jernverk',
  },
  {
    what: 'more permissions',
    how: `${api} -X PUT ${url}/permissions/jernverk/${account} -d '{"configure":".*","write":".*","read":".*"}'`,
    key: `permission/${account}`,
  },
  {
    what: 'a changed policy',
    how: `${api} -X PUT ${url}/policies/jernverk/${worker} -d '{"pattern":"^${worker}$","apply-to":"queues","definition":{"overflow":"drop-head","max-length":1}}'`,
    key: `policy/${worker}`,
  },
  {
    what: 'a policy of somebody else',
    how: `${api} -X PUT ${url}/policies/jernverk/all -d '{"pattern":".*","apply-to":"queues","priority":99,"definition":{"max-length":1}}'`,
    key: 'policy/all',
  },
  { what: 'a deleted queue', how: `${api} -X DELETE ${url}/queues/jernverk/${worker}`, key: `queue/${worker}` },
  {
    what: 'an empty queue that a power cut would empty',
    how: `${api} -X DELETE ${url}/queues/jernverk/${worker}
${api} -X PUT ${url}/queues/jernverk/${worker} -d '{"durable":true,"arguments":{"x-queue-type":"classic"}}'`,
    key: `queue/${worker}`,
  },
  {
    what: 'the default virtual host',
    how: `${api} -X PUT ${url}/vhosts/%2F -d '{}'`,
    key: 'vhost//',
  },
  {
    what: "a lost secret of a worker's user",
    how: `rm ${secretsFolder}/${account}`,
    key: `secret/rabbitmq/${account}`,
  },
  {
    what: 'a secret that the broker does not know',
    how: `head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_' | tr -d = > ${secretsFolder}/${account}`,
    key: `login/${account}`,
  },
  {
    what: 'a lost secret of the administrator',
    how: `rm ${secretsFolder}/jernverk`,
    key: 'secret/rabbitmq/jernverk',
  },
  {
    what: 'a secret that others can read',
    how: `chmod 0644 ${secretsFolder}/${account}`,
    key: `secret/rabbitmq/${account}`,
  },
  {
    what: 'an exchange of jobs that is not direct',
    how: `${api} -X DELETE ${url}/exchanges/jernverk/jernverk.jobs
${api} -X PUT ${url}/exchanges/jernverk/jernverk.jobs -d '{"type":"fanout","durable":true}'
${api} -X POST ${url}/bindings/jernverk/e/jernverk.jobs/q/${worker} -d '{"routing_key":"${worker}"}'`,
    key: 'exchange/jernverk.jobs',
  },
  {
    what: "a binding that leads another worker's jobs here",
    how: `${api} -X POST ${url}/bindings/jernverk/e/jernverk.jobs/q/${worker} -d '{"routing_key":"pdf-invoice"}'`,
    key: `binding/jernverk.jobs/${worker}`,
  },
  {
    what: 'a lost binding',
    how: `${api} -X DELETE ${url}/bindings/jernverk/e/${worker}.dead/q/${worker}.dead/${worker}.dead`,
    key: `binding/${worker}.dead/${worker}.dead`,
  },
];

describe.each([13, 12] as const)('RabbitMQ on Debian %i', (debian) => {
  const name = `rabbitmq-test${debian}`;
  let on: TopicOnHost;
  let connection: Connection;

  /** The host shares this machine's control groups, which may have no controllers to weigh with. */
  const expectClean = async () => {
    const { notApplicable, ...diff } = await on.diff();
    expect(diff).toEqual({ changes: [], unknown: [], notices: [] });
    expect(notApplicable.filter(({ key }) => !key.startsWith('weight/jernverk-broker.slice:'))).toEqual([]);
  };
  const run = (script: string) => on.host.run(raw(script));
  const passwordOf = (user: string) => on.host.capture(sh`cat ${`${secretsFolder}/${user}`}`);

  /** A channel through the containers' socket, as this user. */
  async function asUser<Result>(user: string, action: (channel: ConfirmChannel) => Promise<Result>): Promise<Result> {
    await using broker = await brokerOverSsh(connection, brokerSocket);
    const opened = await broker.open(user, await passwordOf(user));
    const channel = await opened.createConfirmChannel();
    channel.on('error', () => undefined);
    const result = await action(channel);
    await opened.close();
    return result;
  }

  async function publish(channel: ConfirmChannel, body: string): Promise<void> {
    channel.publish('jernverk.jobs', worker, Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
  }

  const count = async (channel: Channel, queue: string): Promise<number> =>
    (await channel.checkQueue(queue)).messageCount;

  beforeAll(async () => {
    connection = await bareLabHost(name, debian);
    const environment = environmentWith({ debian }, { workers: [{ name: worker }, { name: 'pdf-invoice' }] });
    on = await topicOnHost(withAccounts, connection, environment);
    await on.host.run(install);
    await on.converge();
  });

  afterAll(async () => {
    await on?.host.close();
    await removeLabHost(name);
  });

  it('is as wanted right after the first apply', expectClean);

  it('the node has the name of the environment, and root reaches it although the host has another name', async () => {
    expect(await on.host.capture(raw('uname -n'))).toBe(`${name}\n`);
    expect(await on.host.capture(raw('LC_ALL=C.UTF-8 rabbitmqctl status </dev/null'))).toContain(
      'Node name: rabbit@forge\n',
    );
    expect(await on.host.capture(raw('rabbitmqctl list_queues -p jernverk </dev/null'))).toContain(`${worker}\t0`);
    expect(await on.host.capture(raw('cat /etc/hosts'))).not.toContain('forge');
  });

  it('nothing of it listens outside loopback, also while rabbitmqctl runs', async () => {
    const listening = await on.host.capture(
      raw(`rabbitmqctl -q eval 'timer:sleep(3000).' >/dev/null </dev/null &
while kill -0 $! 2>/dev/null; do ss -ltnpH | grep -E 'beam|epmd|:4369'; sleep 0.2; done`),
    );
    const addresses = [
      ...new Set(
        listening
          .trimEnd()
          .split('\n')
          .map((line) => line.trim().split(/\s+/)[3] ?? ''),
      ),
    ].sort();
    expect(addresses.filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([]);
    expect(addresses).toEqual(
      expect.arrayContaining(['4369', '5672', '15672', '25672'].map((port) => `127.0.0.1:${port}`)),
    );
    expect(addresses.filter((address) => /:356[78]\d$/.test(address))).not.toEqual([]);
  });

  it.each(drifts)('$what is seen and repaired', async ({ how, key }) => {
    await run(how);
    expect((await on.diff()).changes.map((change) => change.key)).toContain(key);
    await on.converge();
    await expectClean();
  });

  it('every user can log in and do no more than its job', async () => {
    await asUser('enqueue', async (channel) => {
      await publish(channel, 'one');
      await expect(channel.get(worker)).rejects.toThrow(/ACCESS_REFUSED/);
    });
    await asUser(account, async (channel) => {
      expect(await channel.get(worker, { noAck: true })).toBeTruthy();
      await expect(channel.assertQueue('new', { durable: true })).rejects.toThrow(/ACCESS_REFUSED/);
    });
    await asUser(otherAccount, async (channel) => {
      await expect(channel.get(worker)).rejects.toThrow(/ACCESS_REFUSED/);
    });
  });

  it('a job that is handed back as often as the broker lets it be goes to the dead queue and stays there', async () => {
    await asUser('jernverk', async (channel) => {
      await publish(channel, 'fails');
      let deliveries = 0;
      await eventually(async () => {
        const message = await channel.get(worker);
        if (message === false) return (await count(channel, `${worker}.dead`)) === 1;
        deliveries += 1;
        channel.nack(message, false, true);
        return false;
      });
      expect(deliveries).toBe(51);
      for (let look = 0; look < 25; look += 1) {
        const message = await eventually(() => channel.get(`${worker}.dead`));
        channel.nack(message, false, true);
      }
      const message = await eventually(() => channel.get(`${worker}.dead`));
      expect(message.content.toString()).toBe('fails');
      channel.ack(message);
    });
  });

  it('a confirmed job survives the death of the broker, which comes back by itself', async () => {
    await asUser('enqueue', (channel) => publish(channel, 'survivor'));
    await run(`pid=$(systemctl show --property=MainPID --value rabbitmq-server.service); kill -9 "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done`);
    await eventually(() => on.host.test(raw(`${api} ${url}/overview >/dev/null 2>&1 || exit 1`)));
    await asUser(account, async (channel) => {
      const message = await eventually(() => channel.get(worker, { noAck: true }));
      expect(message.content.toString()).toBe('survivor');
    });
    await expectClean();
  });

  it('a queue of the wrong type that holds jobs is left alone, and the error says what to do', async () => {
    await run(`${api} -X DELETE ${url}/queues/jernverk/${worker}
${api} -X PUT ${url}/queues/jernverk/${worker} -d '{"durable":true,"arguments":{"x-queue-type":"classic"}}'
${api} -X POST ${url}/bindings/jernverk/e/jernverk.jobs/q/${worker} -d '{"routing_key":"${worker}"}'`);
    await asUser('enqueue', (channel) => publish(channel, 'kept'));
    await expect(on.converge()).rejects.toThrow(/image-resizer is classic durable and not empty.*left alone/s);
    await asUser(account, async (channel) => {
      expect(await channel.get(worker, { noAck: true })).toMatchObject({ content: Buffer.from('kept') });
    });
    await on.converge();
    await expectClean();
  });

  it('a configuration that the broker refuses is put back: it runs with the one before, and the error says why', async () => {
    const refused = new Map([...on.wanted, [`file/${configPath}`, 'heartbeat = often\n']]);
    await expect(on.converge(refused)).rejects.toThrow(/runs with the one before, .*heartbeat/s);
    await expectClean();
  });

  it('a broker that listens but does not answer is unknown, never absent', async () => {
    await run('systemctl kill --signal=STOP rabbitmq-server.service');
    const { unknown } = await on.diff();
    await run('systemctl kill --signal=CONT rabbitmq-server.service');
    expect(unknown.map(({ key }) => key)).toContain(`queue/${worker}`);
    expect(unknown[0]?.reason).toMatch(/listens but does not answer/);
    await expectClean();
  });

  it('neither a password nor a hash of one leaves the host', async () => {
    const facts = factsOf(brokerTopic, [...on.wanted.keys()]);
    const said = `${await on.host.capture(
      askScript(
        facts.map(({ command }) => command),
        '==boundary',
      ),
    )}${JSON.stringify(on.events)}`;
    const hashes = await on.host.capture(raw(`${api} '${url}/users?columns=password_hash'`));
    const secrets = [...hashes.matchAll(/"password_hash":"([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const user of ['jernverk', 'enqueue', account]) secrets.push(await passwordOf(user));
    expect(secrets).toHaveLength(7);
    for (const secret of secrets) expect(said.includes(secret)).toBe(false);
  });

  describe('a deploy that would leave queues behind under another name is refused, and nothing is changed', () => {
    const old = '/var/lib/rabbitmq/mnesia/rabbit@localhost/msg_stores/vhosts/1';
    const state = () =>
      on.host.capture(
        raw(`find /etc /var/lib/jernverk /usr/local -type f -exec sha256sum {} + | sort
dpkg-query --show | sha256sum
systemctl show --property=MainPID rabbitmq-server.service`),
      );

    /** Deploys the packages and the broker under this name, and returns why the first of them failed. */
    async function refused(host: string): Promise<string | null> {
      const environment = environmentWith({ debian, name: host }, { workers: [{ name: worker }] });
      const [config] = environment.hosts;
      if (config === undefined) throw new Error('no host');
      const wanted = [packages, brokerTopic].map((topic) => ({
        topic,
        wanted: topic.desired({ environment, host: config, release: null, networks: null }),
      }));
      const before = await state();
      const steps: string[] = [];
      const context = {
        host: on.host,
        reconnect: () => Promise.reject(new Error('nothing to reconnect for')),
        openBlob: () => {
          throw new Error('no blobs');
        },
        emit: (event: { readonly kind: string }) => {
          steps.push(event.kind);
        },
      };
      const outcomes = await apply(context, wanted);
      expect(outcomes.map((outcome) => outcome.state)).toEqual(['failed', 'not reached']);
      expect(steps).toEqual(['topic finished']);
      expect(await state()).toBe(before);
      return outcomes[0]?.error ?? null;
    }

    it('those of an earlier release', async () => {
      await run(`mkdir -p ${old}; printf jernverk > ${old}/.vhost`);
      const error = await refused('forge');
      await run('rm -r /var/lib/rabbitmq/mnesia/rabbit@localhost');
      expect(error).toMatch(/earlier release.*under the name rabbit@localhost.*\.\/jernverk destroy --purge forge/);
    });

    it('those of a host that has another name in the environment now', async () => {
      expect(await refused('anvil')).toMatch(/deployed under the name forge: .*\.\/jernverk destroy --purge anvil/);
    });
  });

  it('destroy takes away what was put there and keeps the jobs', async () => {
    await asUser('enqueue', (channel) => publish(channel, 'kept'));
    await on.converge(new Map());
    const left = await on.host.capture(
      raw(`find /etc/rabbitmq /etc/systemd/system /etc/jernverk /run/jernverk -name '*jernverk-*' -o -name '60-jernverk*' \\
  -o -path '/etc/rabbitmq/*' -o -path '${secretsFolder}*' -o -name '*.sock' 2>/dev/null || true
ss -ltnH | grep -E ':(4369|5672|15672|25672)' || true`),
    );
    expect(left).toBe('');
    await on.converge();
    await expectClean();
    await asUser(account, async (channel) => {
      expect(await channel.get(worker, { noAck: true })).toMatchObject({ content: Buffer.from('kept') });
    });
  });
});
