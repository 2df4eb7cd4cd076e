import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeImage } from '../../lab/image.ts';
import { ensureKeys } from '../../lab/keys.ts';
import { labDown, labList, labUp, requireHost } from '../../lab/lab.ts';
import { type Place, placeOf } from '../../lab/place.ts';
import { labCutPower } from '../../lab/power.ts';
import { signal, waitForEnd } from '../../lab/process.ts';
import { defaultSpec } from '../../lab/spec.ts';
import { sshArguments } from '../../lab/ssh.ts';
import { type HostState, hostFolder, readConnection, writeState } from '../../lab/state.ts';
import { withLock } from '../../lib/machine-lock.ts';

/** A project of its own, so a lab of its own beside any that runs on this machine. */
const project = mkdtempSync(join(tmpdir(), 'jernverk-lab-'));
const place: Place = placeOf(project);
const images = resolve('.jernverk/images');
const options = { project, images, kind: 'nspawn' } as const;
const one = defaultSpec('one');
const two = { ...defaultSpec('two'), debian: 12 } as const;

/** What a lab may leave behind on a machine. */
function traces(): readonly string[] {
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder) : [],
  );
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  return [
    ...readdirSync('/sys/class/net').filter((name) => name.includes(place.id)),
    ...groups.filter((name) => name.includes(place.id)),
    ...(tables.includes(place.table) ? [place.table] : []),
    ...(existsSync(`/run/jernverk-lab/${place.table}`) ? ['forwarding'] : []),
  ];
}

function on(name: string, command: string): string {
  const folder = hostFolder(place, name);
  const connection = readConnection(folder);
  if (connection === null) throw new Error(`${name} has no connection.json`);
  return execFileSync('ssh', sshArguments(connection, folder, [command]), { encoding: 'utf8' }).trim();
}

async function stateOf(name: string): Promise<HostState> {
  return (await requireHost(project, name)).state;
}

beforeAll(async () => {
  await labUp([one, two], options);
});

afterAll(async () => {
  await labDown(
    (await labList(project)).map((host) => host.name),
    { project },
  );
  rmSync(project, { recursive: true, force: true });
});

describe('lab hosts', () => {
  it('come up side by side with the release that was asked for', () => {
    expect(on('one', 'cut -d. -f1 /etc/debian_version; hostname')).toBe('13\none');
    expect(on('two', 'cut -d. -f1 /etc/debian_version; hostname')).toBe('12\ntwo');
  });

  it('boot without a failed unit', () => {
    expect(on('one', 'systemctl is-system-running --wait')).toBe('running');
    expect(on('two', 'systemctl is-system-running --wait')).toBe('running');
  });

  it('show the host key that the lab recorded, and have machine ids and keys of their own', async () => {
    const keys = [readConnection(hostFolder(place, 'one')), readConnection(hostFolder(place, 'two'))];
    expect(on('one', 'cat /etc/ssh/ssh_host_ed25519_key.pub')).toContain(keys[0]?.hostKey);
    expect(keys[0]?.hostKey).not.toBe(keys[1]?.hostKey);
    expect(on('one', 'cat /etc/machine-id')).not.toBe(on('two', 'cat /etc/machine-id'));
  });

  it('reach each other and have nothing that a bare server lacks', async () => {
    const { address } = await stateOf('two');
    expect(on('one', `exec 3<>/dev/tcp/${address}/22; head -c 4 <&3`)).toBe('SSH-');
    expect(on('one', 'command -v python3 node curl || echo none')).toBe('none');
  });

  it('let admin become root without a password', () => {
    expect(on('one', 'runuser -u admin -- sudo -n id -u')).toBe('0');
  });

  it('do not see the services of another in their control groups', () => {
    // A process of another container would show as 0.
    const processes = on('one', 'cat /sys/fs/cgroup/system.slice/ssh.service/cgroup.procs').split('\n');
    expect(processes.length).toBeGreaterThan(0);
    expect(processes).not.toContain('0');
  });
});

describe('lab up', () => {
  it('does nothing about hosts that are up', async () => {
    const before = await stateOf('one');
    const outcomes = await labUp([one, two], options);
    expect(outcomes.map((outcome) => outcome.did)).toEqual(['nothing', 'nothing']);
    expect(await stateOf('one')).toEqual(before);
  });

  it('refuses another release for a host that exists, and leaves it alone', async () => {
    await expect(labUp([{ ...one, debian: 12 }], options)).rejects.toThrow('exists with Debian 13, wanted 12');
    expect(on('one', 'hostname')).toBe('one');
  });

  it('starts a host whose process died on the disk it had', async () => {
    on('one', 'echo kept > /root/mark && sync');
    const { process } = await stateOf('one');
    if (process === null) throw new Error('one does not run');
    await signal(process, 'SIGKILL');
    await waitForEnd(process, 10_000);
    const [outcome] = await labUp([one], options);
    expect(outcome?.did).toBe('started');
    expect(on('one', 'cat /root/mark')).toBe('kept');
  });

  it('finds a host that runs although its start was never recorded', async () => {
    const state = await stateOf('one');
    const booted = on('one', 'cat /proc/sys/kernel/random/boot_id; stat -c %Y /proc/1');
    await writeState(hostFolder(place, 'one'), { ...state, process: null });
    const [outcome] = await labUp([one], options);
    expect(outcome?.did).toBe('nothing');
    expect(on('one', 'cat /proc/sys/kernel/random/boot_id; stat -c %Y /proc/1')).toBe(booted);
    await writeState(hostFolder(place, 'one'), state);
  });

  it('makes a host anew that an earlier run left half made', async () => {
    const folder = hostFolder(place, 'three');
    const state = await stateOf('one');
    await writeState(folder, { ...state, spec: defaultSpec('three'), phase: 'creating', process: null });
    await ensureKeys(folder, 'three');
    const half = readFileSync(join(folder, 'identity'), 'utf8');
    const [outcome] = await labUp([defaultSpec('three')], options);
    expect(outcome?.did).toBe('created');
    expect(readFileSync(join(folder, 'identity'), 'utf8')).not.toBe(half);
    expect((await stateOf('three')).address).not.toBe(state.address);
    await labDown(['three'], { project });
    expect(existsSync(folder)).toBe(false);
  });

  it('says what the console said when a host ends while it boots', async () => {
    await labCutPower(project, 'two');
    const init = join(hostFolder(place, 'two'), 'root/usr/lib/systemd/systemd');
    const program = readFileSync(init);
    writeFileSync(init, '#!/bin/sh\necho no init today\nexit 3\n');
    await expect(labUp([two], options)).rejects.toThrow(/ended while booting[\s\S]*no init today/);
    writeFileSync(init, program);
    await labUp([two], options);
    expect(on('two', 'hostname')).toBe('two');
  });
});

describe('lab locks', () => {
  it('let one in at a time and the next when it leaves', async () => {
    const order: string[] = [];
    const enter = (name: string): Promise<void> =>
      withLock(`${place.id}-test`, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b'), enter('c')]);
    expect(order.filter((_, index) => index % 2 === 0).map((step) => step.replace('in', 'out'))).toEqual(
      order.filter((_, index) => index % 2 === 1),
    );
    expect(order).toHaveLength(6);
  });
});

describe('lab down', () => {
  it('keeps disk and address when asked, and takes the network away with the last running host', async () => {
    const { address } = await stateOf('one');
    await labDown(['one', 'two'], { project, keep: true });
    expect(traces()).toEqual([]);
    await labUp([one], options);
    expect((await stateOf('one')).address).toBe(address);
    expect(on('one', 'cat /root/mark')).toBe('kept');
    expect(traces()).toContain(place.bridge);
  });

  it('leaves the machine as it was', async () => {
    await labDown(['one', 'two'], { project });
    expect(await labList(project)).toEqual([]);
    expect(traces()).toEqual([]);
    expect(readdirSync(place.hosts)).toEqual([]);
  });
});

it('a build that was killed is removed without what it has mounted', async () => {
  const [kept, partial] = [join(project, 'kept'), join(project, 'partial')];
  const mounted = join(partial, 'root/dev');
  for (const folder of [kept, mounted]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(kept, 'file'), '');
  execFileSync('mount', ['--bind', kept, mounted]);
  await removeImage(partial);
  expect([existsSync(partial), readdirSync(kept)]).toEqual([false, ['file']]);
});
