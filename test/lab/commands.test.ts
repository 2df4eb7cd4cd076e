import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { raw } from '../../lib/shell.ts';
import { topicNames } from '../../provision/engine/topic.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { benchCommands } from '../support/bench-commands.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { greedyWorker } from '../support/greedy-worker.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { livedIn } from '../support/lived-in.ts';
import { forgetStarved } from '../support/starve.ts';
import { workersApart } from '../support/workers-apart.ts';

/** The whole way by our own command line, on Debian 12; `cdktf.test.ts` goes it with Terraform on Debian 13. */
const name = 'commands12';
const folder = join(projectRoot, '.jernverk/test-commands');
const environment = join(folder, 'environment.yaml');
const broken = join(folder, 'broken.jpg');

const yaml = (slots: number): string => `name: test-commands
terraform: { registry: none }
hosts:
  - { name: ${name}, roles: [broker, worker], debian: 12, lab: {} }
workers:
  - { name: image-resizer, slots: ${slots} }
`;

/** The same host as a real one would be written: an address, a user with sudo, a pinned key. */
const overSsh = join(folder, 'over-ssh.yaml');
const yamlOverSsh = ({ address, port, identity }: Connection, hostKey: string): string =>
  JSON.stringify({
    ...parse(yaml(2)),
    hosts: [
      { name, roles: ['broker', 'worker'], debian: 12, ssh: { address, port, user: 'admin', identity, hostKey } },
    ],
  });
const otherKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';

const run = (...words: readonly string[]) => jernverk('--env', environment, ...words);
const photo = join(projectRoot, 'workers/image-resizer/smoke.jpg');
const input = ['--input', '{"width":320,"height":320,"format":"avif"}'];

/** What the lock does on a host while another run has it. */
const holdLock = raw(`exec 9>>/run/jernverk.lock
flock 9
echo ola > /run/jernverk.lock.holder
echo held
exec sleep 600 9>&9`);

interface Outcomes {
  readonly hosts: readonly { readonly topics: readonly { readonly topic: string; readonly state: string }[] }[];
}

function statesOf(stdout: string): Record<string, string> {
  const { hosts }: Outcomes = JSON.parse(stdout);
  return Object.fromEntries(hosts.flatMap((host) => host.topics.map(({ topic, state }) => [topic, state])));
}

/** Every topic in this state. Of connections to the outside this environment says nothing, so there is nothing to do. */
const states = (state: string): Record<string, string> =>
  Object.fromEntries(topicNames.map((topic) => [topic, topic === 'egress' ? 'unchanged' : state]));

describe('the commands on a bare Debian 12', () => {
  let host: Host;
  let connection: Connection;
  const on = async (script: string): Promise<string> => (await host.run(raw(script))).stdout.trim();

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(environment, yaml(2));
    await writeFile(broken, 'this is no picture');
    connection = await bareLabHost(name, 12);
    host = await connect(connection);
    await host.run(livedIn);
  });
  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
    await forgetStarved(name);
    await rm(folder, { recursive: true, force: true });
  });

  it('verify says 1 before the first deploy: everything differs', async () => {
    expect((await run('verify')).exitCode).toBe(1);
  });

  it('logs says that no slot has written a line yet', async () => {
    const { exitCode, stdout, stderr } = await run('logs', 'image-resizer');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toContain(`no slot of image-resizer has written a line on ${name} yet`);
  });

  it('apply changes every topic and verifies it', async () => {
    const applied = await run('--json', 'apply');
    expect(applied.exitCode, applied.stdout).toBe(0);
    expect(statesOf(applied.stdout)).toEqual(states('changed'));
  });

  it('apply changes nothing the second time, and verify says 0', async () => {
    const applied = await run('--json', 'apply');
    expect(statesOf(applied.stdout)).toEqual(states('unchanged'));
    expect((await run('verify')).exitCode).toBe(0);
  });

  it('any login shell will do, and what it prints is no answer', async () => {
    await host.run(raw('apt-get install -qy --no-install-recommends fish zsh tcsh'));
    for (const shell of ['fish', 'zsh', 'tcsh', 'bash']) {
      await on(`usermod --shell "$(command -v ${shell})" root`);
      await using other = await connect(connection);
      const said = await other.run(raw('echo "it\'s \\ !!"; env | grep 203.0.113 || echo clean >&2'));
      expect(said, shell).toEqual({ stdout: "it's \\ !!\n", stderr: 'clean\n' });
    }
  });

  it('verify says the same by way of a user with sudo, and refuses another host key before anything is sent', async () => {
    await writeFile(overSsh, yamlOverSsh(connection, connection.hostKey ?? ''));
    expect(await jernverk('--env', overSsh, 'verify')).toMatchObject({ exitCode: 0 });
    await writeFile(overSsh, yamlOverSsh(connection, otherKey));
    const refused = await jernverk('--env', overSsh, 'verify');
    expect(refused.stdout).toContain('host key');
    expect(refused.exitCode).toBe(2);
  });

  it('enqueue --wait resizes a photo', async () => {
    const { exitCode, stdout } = await run('enqueue', 'image-resizer', photo, '--wait', ...input);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', output: { width: 320, height: 213, format: 'avif' } });
    expect(exitCode).toBe(0);
  });

  it("a job's input is in no process's arguments or variables on the host, also while it is waited for", async () => {
    await on('docker pause $(docker ps --quiet)');
    const waiting = run(
      'enqueue',
      'image-resizer',
      photo,
      '--wait',
      '--timeout',
      '600',
      '--input',
      '{"format":"CANARY"}',
    );
    // Its own arguments do not have the word.
    const found = await on(`until grep -lsq enqueue.mj[s] /proc/[0-9]*/cmdline; do sleep 0.1; done
sleep 1
grep -las 'CANAR[Y]' /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true
docker unpause $(docker ps --quiet --filter status=paused) >/dev/null`);
    expect(found).toBe('');
    expect((await waiting).stdout, 'it ends dead, since that is no format').toContain('"state":"dead"');
    await on('rabbitmqctl -q -p jernverk purge_queue image-resizer.dead </dev/null');
  });

  it('a broker short of disk is named by status, verify, enqueue and apply', async () => {
    const limit = (text: string) => on(`rabbitmqctl -q set_disk_free_limit ${text} </dev/null`);
    await limit('900GB');
    const status = await eventually(async () => {
      const { stdout } = await run('status');
      return stdout.includes('takes no jobs') ? stdout : null;
    });
    expect(status).toMatch(/takes no jobs: free disk \S+ GB is below its limit of \S+ GB/);
    const verified = await run('verify');
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout).toMatch(/alarm\/broker: the broker takes no jobs: free disk .* → none/);
    const refused = await run('enqueue', 'image-resizer', photo, '--count', '3', ...input);
    expect(refused.stderr).toContain('the broker takes no jobs: low on disk');
    expect(refused.exitCode).toBe(1);
    const applied = await run('apply');
    expect(applied.stdout).toMatch(/slots failed: .*\n?.*the broker takes no jobs/);
    expect(applied.exitCode).toBe(1);
    await limit('2GB');
    await eventually(async () => (await run('verify')).exitCode === 0);
  });

  it('a broken photo ends dead with a reason, and no slot dies of it', async () => {
    const pids = () => on('docker ps --quiet | sort');
    const before = await pids();
    const { exitCode, stdout } = await run('enqueue', 'image-resizer', broken, '--wait', ...input);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'dead', reason: expect.stringContaining('not a picture') });
    expect(exitCode).toBe(1);
    expect(await pids()).toBe(before);
  });

  it('status shows the broker, the dead job and the slots', async () => {
    // The broker counts its messages every 5 seconds.
    const status = await eventually(async () => {
      const [answer] = JSON.parse((await run('--json', 'status')).stdout).hosts;
      const dead = answer.status.broker.queues.find((queue: { name: string }) => queue.name === 'image-resizer.dead');
      return dead.ready === 1 && dead.type === 'quorum' ? answer.status : null;
    });
    expect(status.broker.version).toMatch(/^3\.10/);
    expect(status.slots.map((slot: { state: string }) => slot.state)).toEqual(['consuming', 'consuming']);
    expect(status.stealPercent.sinceBoot).toBeGreaterThanOrEqual(0);
  });

  it('logs shows what the slots wrote about the jobs', async () => {
    expect((await run('logs', 'image-resizer')).stdout).toMatch(/"message":"dead".*not a picture/);
  });

  greedyWorker(run, on, photo, input);

  it('apply repairs what drifted, and plan showed it first', async () => {
    await on('systemctl stop rabbitmq-server jernverk-firewall-heal.timer; nft delete table inet jernverk');
    const planned = await run('plan');
    expect(planned.stdout).toContain('~ service/rabbitmq-server.service: enabled inactive → enabled active');
    const applied = await run('--json', 'apply');
    expect(statesOf(applied.stdout)).toMatchObject({ packages: 'unchanged', broker: 'changed', firewall: 'changed' });
    expect((await run('verify')).exitCode).toBe(0);
  });

  it('more slots in the environment are more slots on the host', async () => {
    await writeFile(environment, yaml(3));
    expect((await run('apply')).exitCode).toBe(0);
    expect(await on('docker ps --quiet | wc -l')).toBe('3');
  });

  it('another run that holds the host is named, and nothing is done beside it', async () => {
    const released = new AbortController();
    const lines = new EventEmitter();
    const taken = once(lines, 'line');
    const holding = host.follow(holdLock, () => lines.emit('line'), released.signal);
    await taken;
    const { exitCode, stdout } = await run('apply');
    expect(stdout).toContain('is held by another run: ola');
    expect(exitCode).toBe(2);
    released.abort();
    await holding;
  });

  benchCommands(name, environment);

  it('audit writes signed evidence, and a file of it that was changed is named', async () => {
    const key = join(folder, 'auditor');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'auditor', '-f', key]);
    const signers = [(await readFile(`${key}.pub`, 'utf8')).trim()];
    const audited = join(folder, 'audited.yaml');
    await writeFile(audited, JSON.stringify({ ...parse(yaml(2)), audit: { signingKey: key, signers } }));
    const evidence = join(folder, 'evidence');

    const ended = await jernverk('--env', audited, 'audit', '--lang', 'en', '--out', evidence);
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(1);
    expect(ended.stdout).toContain('controls/breach-contact: audit.contact is not declared.');
    const verify = () => jernverk('--env', audited, 'audit', 'verify-bundle', evidence);
    expect(await verify()).toMatchObject({ exitCode: 0 });
    await appendFile(join(evidence, 'destinations.csv'), '\n');
    expect(await verify()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('destinations.csv') });
    await rm(join(projectRoot, '.jernverk/audit/test-commands'), { recursive: true, force: true });
  });

  workersApart(12, () => ({ host, connection }));

  it('destroy takes away what was put there and keeps packages and queues', async () => {
    const destroyed = await run('destroy', '--yes');
    expect(destroyed.exitCode, destroyed.stdout).toBe(0);
    expect(await on('ls -d /etc/jernverk /usr/local/lib/jernverk 2>/dev/null || true')).not.toContain(
      '/usr/local/lib/jernverk',
    );
    expect(await on('docker ps --quiet --all 2>/dev/null | wc -l')).toBe('0');
    expect(await on('findmnt --list --output TARGET | grep jernverk || true')).toBe('');
    expect(await on('ls /etc/systemd/system | grep jernverk- || true')).toBe('');
    expect(await on("dpkg-query -W -f '${db:Status-Status}' rabbitmq-server")).toBe('installed');
    expect(await on('ls /var/lib/rabbitmq/mnesia')).not.toBe('');
  });

  it('apply after destroy finds the queue with its dead job again', async () => {
    const applied = await run('apply');
    expect(applied.exitCode, applied.stdout).toBe(0);
    // A quorum queue counts its messages every 5 seconds, so 0 right after the start says nothing. A lost job never counts.
    const counted = () => on('rabbitmqctl -q -p jernverk list_queues name messages');
    await eventually(async () => /image-resizer\.dead\s+1$/m.test(await counted()));
  });

  it('destroy --purge leaves neither packages nor data, unless a package of somebody else needs ours', async () => {
    const refused = await run('destroy', '--purge', '--yes');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('these packages need ours and would be removed with them: fish');
    await on('apt-get purge -qy fish');
    const destroyed = await run('destroy', '--purge', '--yes');
    expect(destroyed.exitCode, destroyed.stdout).toBe(0);
    expect(await on('ls -d /var/lib/jernverk /etc/jernverk /var/lib/rabbitmq /run/jernverk 2>/dev/null || true')).toBe(
      '',
    );
    expect(await on("dpkg-query -W -f '${db:Status-Status}' rabbitmq-server 2>/dev/null || true")).not.toBe(
      'installed',
    );
  });
});
