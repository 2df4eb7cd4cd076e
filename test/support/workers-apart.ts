import { randomUUID } from 'node:crypto';
import type { ConfirmChannel } from 'amqplib';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../../lib/shell.ts';
import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import { workerUidOf } from '../../platform/contract/places.ts';
import type { DebianRelease, Environment } from '../../provision/environment/schema.ts';
import { enqueueInput, enqueueOn } from '../../provision/fleet/enqueue.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { brokerQuery } from '../../provision/topics/broker/api.ts';
import { brokerSocket, secretsFolder } from '../../provision/topics/broker/names.ts';
import { broker as brokerTopic } from '../../provision/topics/broker/topic.ts';
import { enqueueCommand } from '../../provision/topics/slots/enqueue.ts';
import { slots as slotsTopic } from '../../provision/topics/slots/topic.ts';
import { environmentWith, topicOnHost } from './apply-topic.ts';
import { brokerOverSsh } from './broker-over-ssh.ts';
import { eventually } from './eventually.ts';
import { messagesIn } from './hand-in.ts';
import { openWaitingProject, type WaitingProject } from './waiting-workers.ts';

const files = '/var/lib/jernverk/files';

/**
 * Two real workers, `left` and `right`, on a deployed host: what they cannot do to each other, and how one of them
 * goes.
 */
export function workersApart(debian: DebianRelease, at: () => { host: Host; connection: Connection }): void {
  describe('two workers', () => {
    let project: WaitingProject;
    let host: Host;
    let connection: Connection;
    const ask = async (script: string): Promise<string> => (await host.capture(raw(script))).trim();

    const environmentOf = (...workers: readonly string[]): Environment =>
      environmentWith(
        // The host's own name: a broker of another name has none of its queues and users.
        { name: connection.name, debian },
        { workers: workers.map((name) => ({ name, slots: 2, memory: '128 MB', drain: '10 minutes' })) },
      );
    async function deploy(built: ReleaseManifest, ...workers: readonly string[]): Promise<string[]> {
      const told: string[] = [];
      for (const topic of [brokerTopic, slotsTopic]) {
        const on = await topicOnHost(topic, connection, environmentOf(...workers), {
          release: built,
          openBlob: project.openBlob,
        });
        try {
          const { diff } = await on.converge();
          told.push(...diff.notices.map(({ reason }) => reason));
          expect((await on.diff()).changes).toEqual([]);
        } finally {
          await on.host.close();
        }
      }
      return told;
    }
    const accounts = () => ask(`cd ${secretsFolder}; ls | grep -E '[.][0-9a-f]{8}$' || true`);
    const accountOf = async (worker: string): Promise<string> =>
      (await accounts()).split('\n').find((name) => name.startsWith(`${worker}.`)) ?? '';
    const enqueue = async (worker: string, count: number, gate: string | null, waitSeconds: number | null = null) => {
      const enqueued = await enqueueOn(host, { worker, input: { gate }, file: null, count, waitSeconds });
      return waitSeconds === null ? [...enqueued.taken] : enqueued.ended.map((record) => JSON.stringify(record));
    };
    const ended = async (worker: string): Promise<number> =>
      Number(await ask(`ls ${files}/${worker}/results 2>/dev/null | grep -c json || true`));
    const messages = (queue: string): Promise<number> => messagesIn(host, queue);

    async function as<Result>(user: string, action: (channel: ConfirmChannel) => Promise<Result>): Promise<Result> {
      await using broker = await brokerOverSsh(connection, brokerSocket);
      const opened = await broker.open(user, await ask(`cat ${secretsFolder}/${user}`));
      const channel = await opened.createConfirmChannel();
      channel.on('error', () => undefined);
      const result = await action(channel);
      await opened.close();
      return result;
    }
    /** Returns why the broker closed the channel, or "taken" if it took the message. */
    const publish = (user: string, exchange: string, key: string): Promise<string> =>
      as(
        user,
        (channel) =>
          new Promise((resolve) => {
            channel.on('error', (error: Error) => resolve(error.message));
            channel.publish(exchange, key, Buffer.from('{}'), { messageId: randomUUID() }, () => resolve('taken'));
          }),
      );

    beforeAll(async () => {
      ({ host, connection } = at());
      project = await openWaitingProject();
      await deploy(await project.build(['left', 'right'], 'first'), 'left', 'right');
    });
    afterAll(() => project?.[Symbol.asyncDispose]());

    it('do jobs', async () => {
      const [left = '', right = ''] = await Promise.all(['left', 'right'].map((name) => enqueue(name, 1, null, 60)));
      for (const [record] of [left, right]) expect(JSON.parse(record ?? '')).toMatchObject({ state: 'done' });
    });

    it('may publish to their own dead-letter queue and to nothing else', async () => {
      const left = await accountOf('left');
      expect(await publish(left, 'left.dead', 'left.dead')).toBe('taken');
      for (const [exchange, key] of [
        ['', 'right'],
        ['', 'right.dead'],
        ['', 'left'],
        ['jernverk.jobs', 'right'],
        ['right.dead', 'right.dead'],
      ] as const)
        expect([exchange, key, await publish(left, exchange, key)]).toEqual([
          exchange,
          key,
          expect.stringContaining('ACCESS_REFUSED'),
        ]);
      // A key that its own exchange does not know leads nowhere.
      expect(await publish(left, 'left.dead', 'right')).toBe('taken');
      expect(await messages('right')).toBe(0);
      await as(left, async (channel) => {
        await expect(channel.get('right')).rejects.toThrow(/ACCESS_REFUSED/);
      });
      await as(left, async (channel) => {
        await expect(channel.bindQueue('left', 'jernverk.jobs', 'right')).rejects.toThrow(/ACCESS_REFUSED/);
      });
      expect(await publish('enqueue', '', 'left')).toContain('ACCESS_REFUSED');
      await ask('LC_ALL=C.UTF-8 rabbitmqctl --quiet --vhost jernverk purge_queue left.dead >/dev/null </dev/null');
    });

    it('have users of their own: neither can look into the files of the other', async () => {
      const [left, right] = [workerUidOf('left'), workerUidOf('right')];
      const own = `${files}/left/results/$(ls ${files}/left/results | head -n 1)`;
      const with_ = (uid: number, command: string) =>
        host.test(raw(`setpriv --reuid ${uid} --regid 10001 --clear-groups sh -c '${command}' 2>/dev/null || exit 1`));
      expect(await with_(left, `cat ${own} && touch ${files}/left/mine`)).toBe(true);
      for (const command of [
        `ls ${files}/left`,
        `cat ${own}`,
        `mv ${own} /tmp`,
        `touch ${files}/left/theirs`,
        `touch ${files}/theirs`,
      ])
        expect([command, await with_(right, command)]).toEqual([command, false]);
      const inspected = await ask(
        "docker inspect --format '{{.Config.User}} {{range .Mounts}}{{println .Source}}{{end}}' $(docker ps --quiet --filter label=jernverk.slot=right_00)",
      );
      expect(inspected).toContain(`${right}:10001 `);
      expect(inspected.split(/\s+/).filter((source) => source.startsWith(files))).toEqual([`${files}/right`]);
      await ask(`rm ${files}/left/mine`);
    });

    it('a secret that was replaced reaches the running slots, so that a restart of the broker refuses nobody', async () => {
      const right = await accountOf('right');
      await ask(`rm ${secretsFolder}/${right}`);
      const built = await project.build(['left', 'right'], 'first');
      await deploy(built, 'left', 'right');
      await ask('systemctl restart rabbitmq-server.service');
      const [record = ''] = await enqueue('right', 1, null, 120);
      expect(JSON.parse(record)).toMatchObject({ state: 'done' });
    });

    it('a release that does not start leaves the one before, which can log in again after a restart of the broker', async () => {
      const before = await accounts();
      const broken = await project.build(['left', 'right'], 'broken', { broken: true });
      await expect(deploy(broken, 'left', 'right')).rejects.toThrow('no such setting: FJORD');
      expect(await accounts()).toBe(before);
      await ask('systemctl restart rabbitmq-server.service');
      const [record = ''] = await enqueue('left', 1, null, 120);
      expect(JSON.parse(record)).toMatchObject({ state: 'done' });
    });

    it('one that is renamed under load drains with acks, loses nothing, and its waiting jobs are told of', async () => {
      const before = await ended('left');
      const gone = await accountOf('left');
      await enqueue('left', 5, 'go');
      const statesOf = () => ask('cat /run/jernverk/slots/left_*/status.json | grep -o \'"state":"[a-z]*"\' | sort -u');
      await eventually(async () => (await statesOf()) === '"state":"busy"');
      const deployed = deploy(await project.build(['other', 'right'], 'second'), 'other', 'right');
      // The await below handles a rejection. Until then nobody would.
      deployed.catch(() => undefined);
      await eventually(async () => (await statesOf()) === '"state":"draining"');
      expect(await accounts()).toContain(gone);
      await ask(`touch ${files}/left/go`);
      await deployed;
      expect((await accounts()).split('\n').map((name) => name.split('.')[0])).toEqual(['other', 'right']);
      const done = (await ended('left')) - before;
      expect(done).toBe(2);
      await eventually(async () => (await messages('left')) === 3);
      const told = await deploy(await project.build(['other', 'right'], 'second'), 'other', 'right');
      expect(told).toContainEqual(
        expect.stringContaining('3 jobs wait in left, which no worker of the environment takes'),
      );
      expect(await ask(brokerQuery('policies/jernverk/left').script)).toContain('reject-publish');

      await deploy(await project.build(['left', 'right'], 'first'), 'left', 'right');
      await eventually(async () => (await ended('left')) - before === 5);
      const states = await ask(`cat ${files}/left/results/*.json | grep -o '"state":"[a-z]*"' | sort -u`);
      expect(states).toBe('"state":"done"');
    });

    it('a job for a worker that is not there is refused and not lost', async () => {
      const job = { worker: 'nobody', input: {}, file: null, count: 1, waitSeconds: null };
      const input = enqueueInput(uuidv7(), job);
      await expect(host.run(enqueueCommand('right'), { input })).rejects.toThrow('no queue "nobody"');
    });
  });
}
