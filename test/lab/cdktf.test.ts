import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { spyOnNames } from '../support/name-spy.ts';
import { planLines } from '../support/plan-lines.ts';
import { type Poison, plantPoison } from '../support/poison.ts';

const name = 'cdktf13';
/** Two levels below the project's `.jernverk`, so that states lie in the middle one and go with it. */
const folder = join(projectRoot, '.jernverk/test-cdktf');
const environment = join(folder, 'environment.yaml');
const hostStack = `test-cdktf.host.${name}`;

/** Whatever the machine is worth that runs this: a limit that every host holds, and one that no disk does. */
const limitThatHolds = '{ gate: [cpu], limits: { steal: 1 } }';
const limitThatCannotHold = '{ gate: [disk], powerLossProtection: true, limits: { fdatasync: 0.001 ms } }';

const yaml = (benchmarks: string, egress = '{}'): string => `name: test-cdktf
terraform: { registry: none }
hosts:
  - { name: ${name}, roles: [broker, worker], debian: 13, lab: {} }
workers:
  - { name: image-resizer, slots: 2 }
benchmarks: ${benchmarks}
egress: ${egress}
`;

interface Output {
  readonly exitCode: number;
  readonly text: string;
}

const cdktf = (...args: readonly string[]): Promise<Output> => run('./jernverk', 'cdktf', ...args, ...intoFolder);
const intoFolder = ['--output', join(folder, 'out')];

async function run(program: string, ...args: readonly string[]): Promise<Output> {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, JERNVERK_ENV: environment, CI: 'true', NO_COLOR: '1' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data));
  const [exitCode] = await once(child, 'close');
  printed.set(`${program} ${args.join(' ')} #${printed.size}`, text);
  return { exitCode, text: plain(text) };
}

/** The output of a run that has to succeed. */
async function done(...args: readonly string[]): Promise<string> {
  const { exitCode, text } = await cdktf(...args);
  expect(exitCode, text).toBe(0);
  return text;
}

/** Without colours, and without the stack's name and the indentation in front of each line. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of.
  return text.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, '').replaceAll(/^(test-cdktf\.\S+)? +/gm, '');
}

/** Without the line breaks and borders with which Terraform fits its errors and warnings to a terminal. */
const unwrapped = (text: string): string => text.replaceAll(/[\s│╷╵]+/g, ' ');

/** All that was printed so far, by its command. */
const printed = new Map<string, string>();

describe('cdktf on a bare host', () => {
  let host: Host;
  let poison: Poison;
  const on = (script: string) => host.run(raw(script));

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(environment, yaml(limitThatHolds));
    host = await connect(await bareLabHost(name));
    poison = await plantPoison(host, ['jernverk', 'enqueue', 'image-resizer']);
  });
  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
    await rm(folder, { recursive: true, force: true });
  });

  it('deploys everything, down to a job that is done and a benchmark that passes', async () => {
    const deployed = await done('deploy', '*', '--auto-approve');
    expect(deployed).toContain('terraform_data.smoke-image-resizer: Creation complete');
    expect(deployed).toContain(`terraform_data.bench-${name}: Creation complete`);
  });

  it('changes nothing the second time', async () => {
    const again = await done('deploy', '*', '--auto-approve');
    expect(again.match(/No changes\./g)).toHaveLength(3);
  });

  it('plans nothing on the host in a clone that has no state, with the plain npx, which asks for no foreign host', async () => {
    for (const stack of ['host', 'workers', 'proof']) {
      await rm(join(folder, `terraform.test-cdktf.${stack}${stack === 'host' ? `.${name}` : ''}.tfstate`));
    }
    await using spy = await spyOnNames(join(folder, 'resolv.conf'));
    await run(...spy.around('node', '-e', "require('node:dns').lookup('spied-on.example', () => {})"));
    expect(spy.names()).toEqual(['spied-on.example']);
    // The home folder is new, so nothing remembers that it has asked lately. CI would keep npm from asking.
    const bare = ['env', '--unset=CI', '--unset=CHECKPOINT_DISABLE', '--unset=DISABLE_VERSION_CHECK', `HOME=${folder}`];
    const { exitCode, text } = await run(...spy.around(...bare, 'npx', 'cdktf', 'diff', hostStack, ...intoFolder));
    expect(exitCode, text).toBe(0);
    expect(text).toContain('No changes.');
    expect(planLines(text)).toEqual([]);
    expect(spy.names()).toEqual(['spied-on.example']);
    const deployed = await done('deploy', hostStack, 'test-cdktf.workers', '--auto-approve');
    expect(deployed.match(/No changes\./g)).toHaveLength(2);
  });

  it('shows each kind of drift with from and to', async () => {
    await on(`
sysctl -qw net.core.somaxconn=128
echo '# by hand' >> /etc/rabbitmq/rabbitmq.conf
systemctl stop supervisor
apt-get -qq -y remove fio >/dev/null 2>&1
nft add rule inet jernverk input tcp dport 9999 accept`);
    const drift = await done('diff', hostStack);
    expect(planLines(drift)).toEqual(
      expect.arrayContaining([
        '~ "sysctl/net.core.somaxconn" = "128" -> "4096"',
        '- # by hand',
        '~ "service/supervisor.service" = "enabled inactive" -> "enabled active"',
        '+ "package/fio" = "installed"',
        expect.stringMatching(/^~ "ruleset\/inet jernverk" = "changed by hand: \+ tcp dport 9999 accept" -> /),
      ]),
    );
    expect(drift).toContain('0 to add, 5 to change, 0 to destroy');
  });

  it('repairs what has drifted and nothing else', async () => {
    const docker = 'systemctl show --property ExecMainStartTimestampMonotonic docker.service';
    const before = await host.capture(raw(docker));
    const repaired = await done('deploy', '*', '--auto-approve');
    expect(repaired).toContain('Resources: 0 added, 5 changed, 0 destroyed.');
    expect(await host.capture(raw(docker))).toBe(before);
    expect(await done('diff', hostStack)).toContain('No changes.');
  });

  it('shows a slot that somebody stopped, and starts it again', async () => {
    await on(`slot=$(supervisorctl status | sed -n 's/ .*//;1p'); supervisorctl stop "$slot"`);
    expect(await done('diff', 'test-cdktf.workers')).toContain('0 to add, 1 to change, 0 to destroy');
    await done('deploy', '*', '--auto-approve');
    const started = await host.capture(raw(`supervisorctl status | grep -cE 'RUNNING|STARTING'`));
    expect(started).toBe('2\n');
  });

  it('keeps the state and says what is wrong when the host does not answer', async () => {
    await on('systemctl stop ssh.socket ssh.service || systemctl stop ssh');
    const unreachable = await cdktf('diff', hostStack);
    expect(unreachable.exitCode).not.toBe(0);
    expect(unreachable.text).toMatch(new RegExp(`Error: .*${name}`));
    await on('systemctl start ssh.socket || systemctl start ssh');
    expect(await done('diff', hostStack)).toContain('No changes.');
  });

  it('says what an egress policy would cut off: a warning before the networks are there, then no plan at all', async () => {
    const policy = (services: string) => yaml(limitThatHolds, `{ mode: enforce, services: [${services}] }`);
    await writeFile(environment, policy(''));
    const warned = unwrapped(await done('diff', hostStack));
    expect(warned).toMatch(/Warning: .*egress: this change may be refused/);
    const [, advice = ''] = / in the environment file: ((?:\{[^}]*\}(?:, )?)+)/.exec(warned) ?? [];
    expect(advice).toContain('kind: supply chain');
    await writeFile(environment, policy(advice));
    await done('deploy', hostStack, '--auto-approve');
    expect(await done('diff', hostStack)).toContain('No changes.');
    await writeFile(environment, policy(''));
    const refused = await cdktf('diff', hostStack);
    expect(refused.exitCode).not.toBe(0);
    expect(unwrapped(refused.text)).toMatch(
      /Error: .*egress: this change cannot be applied .* the host needs: .*mirror/,
    );
    await writeFile(environment, yaml(limitThatHolds));
    await done('deploy', hostStack, '--auto-approve');
  });

  it('leaves its secrets where they were born: nothing that is printed, kept, logged or run has one', async () => {
    const photo = join(projectRoot, 'workers/image-resizer/smoke.jpg');
    const commands = [
      ['plan'],
      ['apply'],
      ['status'],
      ['logs', 'image-resizer'],
      ['enqueue', 'image-resizer', photo, '--wait', '--input', '{}'],
    ];
    for (const words of commands) {
      const { stdout, stderr } = await jernverk('--env', environment, '--json', ...words);
      expect(stdout).not.toBe('');
      printed.set(words.join(' '), stdout + stderr);
    }
    await on(`grep -qF -f /run/poison/values /etc/jernverk/secrets/rabbitmq/jernverk`);
    expect(poison.findIn(printed)).toEqual([]);
    expect(await poison.findBelow(folder, join(projectRoot, '.jernverk/build'))).toEqual([]);
    expect(await poison.findOnHost()).toEqual([]);
  });

  it('would find a secret anywhere: each place that is searched finds one that is put there', async () => {
    const [value = ''] = poison.values;
    await on(`echo ${value} | tee /etc/leaked > /var/log/leaked
systemd-cat --identifier=leaked echo ${value}
docker create --name leaked --env LEAKED=${value} $(docker image ls --quiet jernverk/image-resizer | head -n 1)
systemd-run --quiet --unit=leaked sh -c 'sleep 600; : ${value}'`);
    await eventually(async () => ((await poison.findOnHost()).includes('processes') ? true : null));
    const found = await poison.findOnHost();
    expect(found).toEqual(expect.arrayContaining(['/etc/leaked', '/var/log/leaked', 'journal', 'docker', 'processes']));
    await writeFile(join(folder, 'leaked.tfstate'), value);
    expect(await poison.findBelow(folder)).toEqual([join(folder, 'leaked.tfstate')]);
    expect(poison.findIn(new Map([['plan', `x ${value} y`]]))).toEqual(['plan']);
    await on('docker rm leaked; systemctl stop leaked poison-watch; rm -r /etc/leaked /var/log/leaked');
  });

  it('fails where a benchmark does not hold a limit that is new, and says the verdict in words', async () => {
    await writeFile(environment, yaml(limitThatCannotHold));
    const { exitCode, text } = await cdktf('deploy', '*', '--auto-approve');
    expect(exitCode, text).not.toBe(0);
    const [, error = ''] = text.split('local-exec provisioner error');
    expect(error).toMatch(/✗ bad +fdatasync p99 .* confirmed jobs\/s from one publisher that waits for each/);
    expect(error).toContain('Limit: fdatasync p99 at most 0.001 ms (benchmarks.limits.fdatasync;');
    expect(error).toContain('benchmarks.gate: a limit does not hold, so a deploy fails');
  });

  it('takes away what it put there, and keeps packages', async () => {
    await done('destroy', '*', '--auto-approve');
    const left = await host.capture(
      raw(`find /etc /usr/local -name '*jernverk*'; nft list tables | grep jernverk || true`),
    );
    expect(left).toBe('/etc/jernverk\n');
    expect(await host.capture(raw("dpkg-query -Wf '${db:Status-Status}' rabbitmq-server"))).toBe('installed');
  });
});
