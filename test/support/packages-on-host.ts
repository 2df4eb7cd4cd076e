import { beforeAll, describe, expect, it } from 'vitest';
import { raw, sh } from '../../lib/shell.ts';
import type { Topic } from '../../provision/engine/topic.ts';
import type { DebianRelease } from '../../provision/environment/schema.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { obstacleFacts } from '../../provision/topics/packages/obstacles.ts';
import { packages } from '../../provision/topics/packages/topic.ts';
import { finishInterrupted, install } from '../../provision/topics/packages/transaction.ts';
import { changedKeys, type TopicOnHost } from './apply-topic.ts';
import { eventually } from './eventually.ts';
import { hasKilled, killAt } from './kill-transaction.ts';

/** What the topic does on a bare host: installs all, sees what is missing, and finishes what was killed. */
export function packagesOnHost(
  debian: DebianRelease,
  at: () => Host,
  on: (topic: Topic, hostConfig?: object) => Promise<TopicOnHost>,
): void {
  describe('packages', () => {
    const everything = ['sshd', 'shell', 'apt-get', 'dpkg'] as const;
    let host: Host;
    let topic: TopicOnHost;
    beforeAll(async () => {
      host = at();
      topic = await on(packages);
    });

    it('a host that runs another release is refused before anything is changed', async () => {
      const wrong = await on(packages, { debian: debian === 13 ? 12 : 13 });
      await expect(wrong.converge()).rejects.toThrow(`found Debian ${debian}`);
      expect(await changedKeys(topic)).toContain('package/fio');
    });

    it('a file system of its own that is too small for the broker is named, and nothing is installed', async () => {
      const small = '/var/lib/rabbitmq';
      await host.run(raw(`mkdir -p ${small} && mount -t tmpfs -o size=1200m tmpfs ${small}`));
      await expect(topic.converge()).rejects.toThrow(
        /the file system \/var\/lib\/rabbitmq has 1\.\d GB free and needs/,
      );
      expect(await changedKeys(topic)).toContain('package/fio');
      await host.run(raw(`umount ${small} && rmdir ${small}`));
    });

    it('one transaction installs all, and no service listens before it is configured', async () => {
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
      const ports = await host.capture(raw(`ss -Hltn | awk '{ print $4 }' | sed 's/.*://' | sort -u`));
      expect(ports.trim()).toBe('22');
      expect(await host.test(raw('systemctl is-enabled --quiet rabbitmq-server'))).toBe(false);
      expect(await host.test(raw('test -e /usr/sbin/policy-rc.d'))).toBe(false);
    });

    it('apt, which takes most of a second, is not asked where nothing is missing', async () => {
      const [asked] = obstacleFacts([...topic.wanted.keys()]);
      expect(await host.capture(asked?.command ?? raw('echo no question'))).toBe('');
    });

    it('a removed package is seen and comes back', async () => {
      await host.run(raw('apt-get remove --yes -qq mmdebstrap'));
      expect(await changedKeys(topic)).toEqual(['package/mmdebstrap']);
      await topic.converge();
    });

    it('an interrupted dpkg is seen and finished', async () => {
      await host.run(raw('cd /tmp && apt-get download -qq hello && dpkg --unpack hello*.deb && rm hello*.deb'));
      expect(await changedKeys(topic)).toEqual(['dpkg/interrupted']);
      await topic.converge();
      await host.run(raw('apt-get purge --yes -qq hello'));
    });

    // Each case installs Docker again, so each runs on one release.
    const kills = [
      ['dpkg, in the middle of unpacking', 'status: docker.io: half-installed', ['dpkg']],
      [
        'dpkg, apt and the shell, in a maintainer script',
        'status: docker.io: half-configured',
        ['dpkg', 'apt-get', 'shell'],
      ],
      ['the connection, apt and all, before anything is unpacked', 'status: containerd: half-installed', everything],
      ['the shell, before the units are unmasked', 'status: supervisor: installed', ['shell']],
    ] as const;
    it.each(debian === 13 ? kills.slice(1, 3) : [kills[0], kills[3]])(
      'a transaction is finished by the next run: killed %s',
      async (_, line, victims) => {
        await host.run(raw('apt-get purge --yes -qq docker.io containerd runc supervisor'));
        const killed = await on(packages);
        await killAt(host, line, victims);
        await expect(killed.converge()).rejects.toThrow();
        await eventually(() => hasKilled(host));
        await topic.converge();
        expect(await changedKeys(topic)).toEqual([]);
        const units = 'docker.service docker.socket supervisor.service';
        expect(await host.capture(raw(`systemctl is-enabled ${units} || :`))).toBe('disabled\ndisabled\ndisabled\n');
        expect(
          await host.capture(
            raw('ls -d /usr/sbin/policy-rc.d* /var/lib/jernverk/packages-transaction 2>/dev/null || :'),
          ),
        ).toBe('');
        expect(await host.test(raw('grep -qx containerd /var/lib/jernverk/packages-added.txt'))).toBe(true);
      },
    );

    it('a removal that was killed is finished, by an apply or by destroy', async () => {
      await killAt(host, 'status: docker.io: half-configured', ['dpkg', 'apt-get', 'shell']);
      await expect(host.run(raw('apt-get purge --yes -qq -o Dpkg::Use-Pty=0 docker.io supervisor'))).rejects.toThrow();
      await topic.converge(new Map());
      expect(await host.capture(raw('dpkg --audit'))).toBe('');
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
    });

    it('the policy of somebody else is there again after a transaction', async () => {
      await host.run(raw(`printf '#!/bin/sh\\nexit 0\\n' > /usr/sbin/policy-rc.d`));
      await host.run(finishInterrupted());
      expect(await host.capture(raw('cat /usr/sbin/policy-rc.d; rm /usr/sbin/policy-rc.d'))).toBe(
        '#!/bin/sh\nexit 0\n',
      );
    });

    it.each(['/var/lib/dpkg/lock-frontend', '/var/lib/apt/lists/lock'])(
      'another program that keeps %s is named',
      async (lock) => {
        const holder = new AbortController();
        const program = `import fcntl, time
file = open("${lock}", "w"); fcntl.lockf(file, fcntl.LOCK_EX); print("held", flush=True); time.sleep(60)`;
        let ended = Promise.resolve();
        await new Promise<void>((held) => {
          ended = host.follow(sh`exec python3 -c ${program}`, () => held(), holder.signal);
        });
        await expect(host.run(install(['hello'], 1))).rejects.toThrow(/lock.* is held by process \d+ \(python3\)/);
        holder.abort();
        await ended;
      },
    );

    it('a lack of space is told before anything is installed', async () => {
      const script = `mkdir /mnt/small && mount -t tmpfs -o size=20m tmpfs /mnt/small && mkdir /mnt/small/upper /mnt/small/work
mount -t overlay -o lowerdir=/var,upperdir=/mnt/small/upper,workdir=/mnt/small/work overlay /var
${
  install(
    ['openjdk-17-jre-headless'].map((jre) => (debian === 13 ? jre.replace('17', '21') : jre)),
    1,
  ).script
}`;
      await expect(host.run(sh`unshare --mount sh -euc ${script}`)).rejects.toThrow(
        /no space: the packages need \d+ MB/,
      );
      await host.run(raw('rmdir /mnt/small'));
      expect(await changedKeys(topic)).toEqual([]);
    });
  });
}
