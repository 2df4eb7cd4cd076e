import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../../lib/shell.ts';
import { workerOwnerOf } from '../../platform/contract/places.ts';
import type { Topic } from '../../provision/engine/topic.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { docker } from '../../provision/topics/docker/topic.ts';
import { packages } from '../../provision/topics/packages/topic.ts';
import { slots as slotsTopic } from '../../provision/topics/slots/topic.ts';
import { supervisor } from '../../provision/topics/supervisor/topic.ts';
import { changedKeys, environmentWith, type TopicOnHost, topicOnHost } from '../support/apply-topic.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { type TickRelease, tickRelease } from '../support/tick-release.ts';

/** From a bare host to supervised slots, to the next release, to nothing, with a worker that needs no broker. */

describe.each([13, 12] as const)('Debian %i', (debian) => {
  const name = `slots${debian}`;
  const slots = 2;
  const first = tickRelease('first');
  const second = tickRelease('second');
  let connection: Connection;
  let host: Host;

  const run = (script: string) => host.run(raw(script));
  const ask = async (script: string): Promise<string> => (await host.capture(raw(script))).trim();
  const on = (topic: Topic, built: TickRelease = first): Promise<TopicOnHost> =>
    topicOnHost(
      topic,
      connection,
      environmentWith(
        { debian, roles: ['worker'] },
        { workers: [{ name: 'tick', slots, memory: '128 MB', drain: '5 seconds' }] },
      ),
      { release: built.manifest, openBlob: built.openBlob },
    );
  const containers = () => ask(`docker ps --quiet --no-trunc --filter label=jernverk.worker=tick | sort`);
  const firstContainer = 'docker ps --quiet --filter label=jernverk.slot=tick_00';

  beforeAll(async () => {
    connection = await bareLabHost(name, debian);
    host = await connect(connection);
    await (await on(packages)).converge();
  });
  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
  });

  it.each([docker, supervisor, slotsTopic])('$name is applied once and then there is nothing to do', async (topic) => {
    const applied = await on(topic);
    await applied.converge();
    expect(await changedKeys(applied)).toEqual([]);
  });

  it('a container is closed in: user, root, capabilities, network', async () => {
    const [inspected] = JSON.parse(await ask(`docker container inspect $(${firstContainer})`));
    expect(inspected.Config.User).toBe(workerOwnerOf('tick'));
    expect(inspected.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: 'none',
      Init: true,
    });
  });

  it('the next release takes over and the one before drains', async () => {
    const next = await on(slotsTopic, second);
    await next.converge();
    expect(await changedKeys(next)).toEqual([]);
    expect(await ask('cat /var/lib/jernverk/releases/history')).toBe(`${second.manifest.id}\n${first.manifest.id}`);
    expect(await ask('docker ps --format "{{.Image}}" | sort -u')).toBe(`jernverk/tick:${second.manifest.id}`);
    expect(await ask('journalctl --quiet --output=cat --identifier=tick_00 | grep -c drained')).toBe('1');
  });

  it('a release that never gets healthy leaves the one before as it was', async () => {
    const before = await containers();
    const broken = await on(slotsTopic, tickRelease('broken', { broken: true }));
    await expect(broken.converge()).rejects.toThrow('no such setting: FJORD');
    expect(await containers()).toBe(before);
    expect(await changedKeys(await on(slotsTopic, second))).toEqual([]);
  });

  it('a switch that was killed in the middle is finished by the next run', async () => {
    const third = await on(slotsTopic, tickRelease('third'));
    const applying = third.converge().catch((error: unknown) => error);
    await eventually(() =>
      host.test(
        raw(
          'grep -q . /run/jernverk/slots/*/status.json && pkill -KILL --full "^/bin/sh /usr/local/lib/jernverk/switch-release"',
        ),
      ),
    );
    expect(await applying).toBeInstanceOf(Error);
    await third.converge();
    expect(await changedKeys(third)).toEqual([]);
    await (await on(slotsTopic, second)).converge();
  });

  it('a stopped slot is seen and started', async () => {
    await run('supervisorctl stop "$(supervisorctl status | sed -n "s/^\\(.*:tick_01\\) .*/\\1/p")"');
    const running = await on(slotsTopic, second);
    expect(await changedKeys(running)).toEqual(['slot/tick_01']);
    await running.converge();
  });

  it('the secret of a revision goes when its slots have drained, and one that was replaced restarts the slots', async () => {
    const secrets = '/etc/jernverk/secrets/rabbitmq';
    expect((await ask(`ls ${secrets}`)).split('\n')).toHaveLength(1);
    const before = (await containers()).split('\n');
    await run(`cd ${secrets}; for name in tick.*; do cp -p $name .copy; mv .copy $name; done`);
    const running = await on(slotsTopic, second);
    const found = (await running.diff()).changes;
    expect(found.map(({ key, from, to }) => [key, from === `${to} with an old secret`])).toEqual([
      ['slot/tick_00', true],
      ['slot/tick_01', true],
    ]);
    await running.converge();
    expect(await changedKeys(running)).toEqual([]);
    for (const container of before) expect(await containers()).not.toContain(container);
  });

  it('containers and their jobs live through a restart of Docker and a crash of supervisord', async () => {
    const before = await containers();
    await run('systemctl restart docker');
    await run('kill -KILL "$(systemctl show --property=MainPID --value supervisor)"');
    const running = await on(slotsTopic, second);
    await eventually(
      async () =>
        (await host.test(raw('supervisorctl status | grep -q RUNNING'))) && (await changedKeys(running)).length === 0,
    );
    expect(await containers()).toBe(before);
    await run('docker kill $(docker ps --quiet --filter label=jernverk.slot=tick_00)');
    await eventually(async () => (await containers()).split('\n').length === slots && (await containers()) !== before);
  });

  it('a configuration that Docker refuses is put back, the containers live, and the next good one is taken', async () => {
    const before = await containers();
    const applied = await on(docker);
    for (const [text, reason] of [
      ['{ "no-such-option": true }', 'no-such-option'],
      ['{ nonsense', 'daemon.json'],
    ] as const) {
      const refused = new Map([...applied.wanted, ['file//etc/docker/daemon.json', text]]);
      await expect(applied.converge(refused)).rejects.toThrow(reason);
      expect(await changedKeys(applied)).toEqual([]);
    }
    expect(await containers()).toBe(before);
    // Until systemd says "Start request repeated too quickly".
    await run(
      'echo "{ nonsense" > /etc/docker/daemon.json; for n in 1 2 3 4 5 6; do systemctl restart docker || :; done',
    );
    await applied.converge();
    expect(await containers()).toBe(before);
  });

  it('a slot that ends while its group is stopped is taken away all the same', async () => {
    // Until supervisord starts it again it counts as stopped, and the stop passes it by. Here the stop meets that moment.
    await run(`cat > /etc/supervisor/conf.d/jernverk-brief-0000f1a9.conf <<'end'
[program:brief-0000f1a9]
command=/bin/sleep 86399
startsecs=0
autorestart=true
end
supervisorctl update brief-0000f1a9
cat > /usr/local/bin/curl <<'end'
#!/usr/bin/python3
import os, signal, socket, subprocess, sys
words = ' '.join(sys.argv)
if 'stopProcessGroup' not in words or 'brief-0000f1a9' not in words: os.execv('/usr/bin/curl', sys.argv)
os.remove('/usr/local/bin/curl')
body = sys.argv[sys.argv.index('--data') + 1].encode()
rpc = socket.socket(socket.AF_UNIX)
rpc.connect('/run/supervisor.sock')
rpc.sendall(b'POST /RPC2 HTTP/1.0\\r\\nContent-Type: text/xml\\r\\n')
pid = int(subprocess.check_output(['pgrep', '-f', '^/bin/sleep 86399']))
os.kill(pid, signal.SIGTERM)
while os.path.exists(f'/proc/{pid}'): pass
rpc.sendall(b'Content-Length: %d\\r\\n\\r\\n%s' % (len(body), body))
while rpc.recv(4096): pass
end
chmod 755 /usr/local/bin/curl`);
    const running = await on(slotsTopic, second);
    expect(await changedKeys(running)).toEqual(['group/brief-0000f1a9']);
    await running.converge();
    expect(await host.test(raw("test -e /usr/local/bin/curl || pgrep -f '^/bin/sleep 86399'"))).toBe(false);
  });

  it('program groups that supervisord refuses are taken away again, and the release before goes on', async () => {
    const before = await containers();
    const refused = await on(slotsTopic, tickRelease('refused'));
    const bad = [...refused.wanted].map(([key, text]): [string, string] => [
      key,
      key.startsWith('file//etc/supervisor') ? text.replace('startsecs=3', 'startsecs=often') : text,
    ]);
    await expect(refused.converge(new Map(bad))).rejects.toThrow(/supervisord refused its files.*often/s);
    expect(await containers()).toBe(before);
    expect(await changedKeys(await on(slotsTopic, second))).toEqual([]);
  });

  it('a layer that is damaged on the host is sent again, and no other', async () => {
    const fourth = tickRelease('fourth');
    const [layer] = fourth.manifest.workers.flatMap(({ layers }) => layers.slice(-1));
    await run(`cd /var/lib/jernverk/blobs/sha256; echo damaged > ${layer?.digest}`);
    const files = async () => (await ask('cd /var/lib/jernverk/blobs/sha256; stat -c "%n %i" *')).split('\n');
    const before = await files();
    await (await on(slotsTopic, fourth)).converge();
    expect(await ask(`sha256sum /var/lib/jernverk/blobs/sha256/${layer?.digest} | cut -c -64`)).toBe(layer?.digest);
    const sent = (await files()).filter((file) => !before.includes(file));
    expect(sent.map((file) => file.split(' ')[0])).toEqual([layer?.digest]);
    await (await on(slotsTopic, second)).converge();
  });

  it('another storage driver is refused and nothing is changed', async () => {
    await run(
      'systemctl stop docker.socket docker.service; mv /var/lib/docker/image/overlay2 /var/lib/docker/image/vfs',
    );
    await expect((await on(docker)).converge()).rejects.toThrow(
      'with the driver vfs, and Jernverk runs on overlay2 only',
    );
    expect(await ask('systemctl is-active docker.service || true')).toBe('inactive');
    await run('mv /var/lib/docker/image/vfs /var/lib/docker/image/overlay2');
    await (await on(docker)).converge();
  });

  it('the last worker goes from the environment: its slots drain, and the release without workers is current', async () => {
    const [id, current] = ['000000000000', second.manifest.id];
    const bare = environmentWith({ debian, roles: ['worker'] });
    const none = await topicOnHost(slotsTopic, connection, bare, { release: { id, workers: [] } });
    await none.converge();
    expect((await none.diff()).changes).toEqual([]);
    expect(await containers()).toBe('');
    expect((await ask('cat /var/lib/jernverk/releases/history')).split('\n').slice(0, 2)).toEqual([id, current]);
    await none.host.close();
    await (await on(slotsTopic, second)).converge();
  });

  it('nothing of ours is left when nothing is wanted, the files of the jobs aside', async () => {
    await run('mkdir -p /var/lib/jernverk/files/tick/results && touch /var/lib/jernverk/files/tick/results/kept.json');
    for (const topic of [slotsTopic, supervisor, docker]) await (await on(topic, second)).converge(new Map());
    const left = 'find /etc/supervisor/conf.d /etc/docker /etc/systemd/system /usr/local/lib/jernverk /etc/tmpfiles.d';
    expect(await ask(`${left} -name "*jernverk*" -o -name daemon.json 2>/dev/null || true`)).toBe('');
    expect(await ask('find /var/lib/jernverk -mindepth 1 -maxdepth 1 -not -name "packages*"')).toBe(
      '/var/lib/jernverk/files',
    );
    expect(await ask('ls /var/lib/jernverk/files/tick/results')).toBe('kept.json');
    expect(await ask('ls /etc/jernverk/workers 2>/dev/null || true')).toBe('');
  });
});
