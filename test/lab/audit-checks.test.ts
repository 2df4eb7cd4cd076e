import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../audit/finding.ts';
import { askHost } from '../../audit/run/answers.ts';
import { setupChecks } from '../../audit/run/checks.ts';
import { raw, sh } from '../../lib/shell.ts';
import type { Answer } from '../../provision/engine/gather.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { contextWith, idsWith, judgements } from '../audit/checks/host-answers.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';

/** The audit's checks on a deployed host: clean, broken on purpose, and asked by an account that is not root. */
const name = 'auditchecks13';
const folder = join(projectRoot, '.jernverk/test-audit-checks');
const environment = join(folder, 'environment.yaml');
const yaml = `name: test-audit-checks
terraform: { registry: none }
hosts:
  - { name: ${name}, roles: [broker, worker], debian: 13, lab: {} }
workers:
  - { name: image-resizer, slots: 2 }
`;

const questions = [...new Map(setupChecks.flatMap((check) => check.questions).map((one) => [one.name, one])).values()];
/** Stands for passwords in what is broken: no answer may hold it. */
const poison = 'poison-value';

let connection: Connection;
let host: Host;

const failures = (answers: ReadonlyMap<string, Answer>): string[] =>
  idsWith(judgements(contextWith(answers)), 'fail', 'error');

/** A lab host takes passwords by SSH, and its key names nobody: Debian's default, and the lab's. */
const always = ['access/ssh-keys', 'access/ssh-server'];

const api = 'curl --silent --show-error --fail --config /etc/jernverk/secrets/rabbitmq/curl.conf';
const parameter = (path: string, value: object): string =>
  sh`${raw(api)} -X PUT --json ${JSON.stringify({ value })} ${`http://127.0.0.1:15672/api/parameters/${path}`}`.script;

/** Each breaks one thing, puts it back, and is found by one check. */
const faults: readonly (readonly [id: string, make: string, undo: string])[] = [
  [
    'destinations/resolvers',
    'cp /etc/resolv.conf /root/resolv.before; echo nameserver 203.0.113.53 > /etc/resolv.conf',
    'cat /root/resolv.before > /etc/resolv.conf; rm /root/resolv.before',
  ],
  [
    'destinations/broker-links',
    `rabbitmq-plugins enable --quiet rabbitmq_shovel rabbitmq_federation
${parameter('shovel/jernverk/away', { 'src-uri': 'amqp:///jernverk', 'src-queue': 'image-resizer', 'dest-uri': `amqps://ola:${poison}@203.0.113.9/jobs?auth=${poison}`, 'dest-queue': 'copy' })}
${parameter('federation-upstream/jernverk/up', { uri: `amqp://per:${poison}@198.51.100.7` })}`,
    `${api} -X DELETE http://127.0.0.1:15672/api/parameters/shovel/jernverk/away
${api} -X DELETE http://127.0.0.1:15672/api/parameters/federation-upstream/jernverk/up
rabbitmq-plugins disable --quiet rabbitmq_shovel rabbitmq_federation`,
  ],
  [
    'where/backups',
    `mkdir -p /etc/restic; echo 'RESTIC_REPOSITORY=rest:https://ola:${poison}@203.0.113.7:8000/' > /etc/restic/env`,
    'rm -r /etc/restic',
  ],
  [
    'where/backups',
    `printf '[away]\\ntype = sftp\\nhost = 203.0.113.8\\npass = ${poison}\\n[web]\\ntype = webdav\\nendpoint = https://ola:${poison}@203.0.113.9\\n' > /etc/rclone.conf`,
    'rm /etc/rclone.conf',
  ],
  [
    'destinations/mail-relays',
    `printf 'host 203.0.113.25\\nuser ola\\npassword ${poison}\\n' > /root/.msmtprc; chmod 600 /root/.msmtprc`,
    'rm /root/.msmtprc',
  ],
  [
    'destinations/log-forwarding',
    `mkdir -p /etc/rsyslog.d; printf '*.* @@203.0.113.14:514\\n# password=${poison}\\n' > /etc/rsyslog.d/out.conf`,
    'rm -r /etc/rsyslog.d',
  ],
  [
    'access/logins',
    // The journal takes a line of the identifier from root; the real one has our own log-ins.
    `logger --id=4242 --tag sshd-session 'Accepted publickey for ola from 203.0.113.77 port 5022 ssh2: ED25519 SHA256:abc'`,
    'true',
  ],
];

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(environment, yaml);
  connection = await bareLabHost(name, 13);
  const applied = await jernverk('--env', environment, 'apply');
  if (applied.exitCode !== 0) throw new Error(applied.stdout + applied.stderr);
  host = await connect(connection);
});
afterAll(async () => {
  await host?.close();
  await removeLabHost(name);
  await rm(folder, { recursive: true, force: true });
  await rm(join(projectRoot, '.jernverk/audit/test-audit-checks'), { recursive: true, force: true });
});

describe('a deployed host', () => {
  it('fails for nothing but what Debian and the lab leave open', async () => {
    expect(failures(await askHost(host, questions))).toEqual(always);
  });

  it('is not changed by being asked', async () => {
    await host.run(raw('touch /run/before-audit'));
    await askHost(host, questions);
    const written = 'find /etc /root /home /usr /opt /srv /var/lib/jernverk/files -xdev -newer /run/before-audit';
    expect(await host.capture(raw(`${written}; rm /run/before-audit`))).toBe('');
  });
});

describe('an account that is not root', () => {
  const byAuditor = join(folder, 'by-auditor.yaml');
  const home = '/home/auditor';
  let auditor: Host;

  beforeAll(async () => {
    await writeFile(byAuditor, `${yaml}audit: { login: { user: auditor } }\n`);
    await host.run(
      raw(`useradd --create-home --shell /bin/sh auditor
install -d -o auditor -g auditor -m 700 ${home}/.ssh
install -o auditor -g auditor -m 600 /root/.ssh/authorized_keys ${home}/.ssh/authorized_keys`),
    );
    auditor = await connect({ ...connection, user: 'auditor' }, { runAs: 'log-in' });
  });
  afterAll(async () => {
    await auditor?.close();
    await host.run(raw('rm -f /etc/sudoers.d/auditor; loginctl terminate-user auditor || :; userdel --remove auditor'));
  });

  const allow = async (): Promise<void> => {
    const { stdout: file } = await jernverk('audit', 'sudoers', '--user', 'auditor');
    await host.run(sh`umask 337; printf %s ${file} > /etc/sudoers.d/auditor; visudo --check --strict --quiet`);
  };

  /** What the audit's command found, with the words where no time is in them, and without the environment's file. */
  const findingsBy = async (environment: string): Promise<ReadonlyMap<string, string>> => {
    const ended = await jernverk('--env', environment, '--json', 'audit', '--out', await mkdtemp(join(folder, 'out-')));
    const { audit }: { audit: { findings: Finding[] } } = JSON.parse(ended.stdout);
    return new Map(
      audit.findings.map(({ id, status, words }) => [
        id,
        changingIds.has(id) ? status : `${status}: ${words.en.replace(environment, '')}`,
      ]),
    );
  };

  it('learns nothing that needs root: each such finding is an error', async () => {
    const found = await findingsBy(byAuditor);
    // There is no PostgreSQL here: that is seen without root.
    const needRoot = setupChecks.filter(
      ({ id, questions: asked }) =>
        id !== 'access/database-roles' &&
        asked.some(({ command }) => /\bpart [^\n]* root |\$\(root /.test(command.script)),
    );
    expect(needRoot.length).toBeGreaterThan(10);
    const statuses = needRoot.map(({ id }) => `${id} ${found.get(id)?.split(':')[0]}`);
    expect(statuses).toEqual(needRoot.map(({ id }) => `${id} error`));
  });

  it('finds with the listed commands what root finds, by an audit of its own', async () => {
    await allow();
    const own = await findingsBy(byAuditor);
    expect(own).toEqual(await findingsBy(environment));
    expect([...own.values()].filter((found) => found.startsWith('error'))).toEqual([]);
  });

  it('gets the same answers as root, file by file', async () => {
    await allow();
    const own = await askHost(auditor, questions);
    const root = await askHost(host, questions);
    for (const [question, { stdout }] of root)
      if (!changing.has(question)) expect([question, own.get(question)?.stdout]).toEqual([question, stdout]);
    for (const question of changing) expect(own.get(question)?.stdout).not.toMatch(/^=== \S+ 1$/m);
  });

  it.each([
    ['a shell', 'sudo -n sh -c id'],
    ['another file', 'sudo -n cat /etc/shadow'],
    ['another option', 'sudo -n sshd -t'],
    ['one more option', 'sudo -n find /root /home -maxdepth 5 -delete'],
    ['a listed program with a variable', 'sudo -n LD_PRELOAD=/tmp/x.so ss -Hlntup'],
    // sudo compares the arguments as one line: whoever may choose a path in it may put spaces into it.
    [
      'a link whose name goes on like the options of dd',
      `rest='authorized_keys iflag=nofollow,nonblock bs=64k count=4 status=none'
ln -sf /etc/shadow "${home}/$rest"; sudo -n dd "if=${home}/$rest"`,
    ],
    [
      'a program of its own whose path reads like a command',
      `cd ${home}; mkdir -p 'find /var/lib/jernverk'; rest='files -type f -printf %T@_%s,'
printf '#!/bin/sh\\nid\\n' > "find /var/lib/jernverk/$rest"; chmod +x "find /var/lib/jernverk/$rest"
sudo -n timeout 1 "find /var/lib/jernverk/$rest"`,
    ],
  ])('cannot run %s as root', async (_, command) => {
    await allow();
    await expect(auditor.capture(raw(command))).rejects.toMatchObject({
      status: 1,
      stderr: expect.stringContaining('sudo:'),
    });
  });

  it('does not reach a file of root by a link in place of its keys', async () => {
    await allow();
    const secret = 'auditor-must-not-see';
    await host.run(sh`umask 077; printf %s ${`${secret}\n`} > /root/secret`);
    const keys = questions.filter(({ name: question }) => question === 'ssh-keys');
    const seen = async (): Promise<string> => JSON.stringify([...(await askHost(auditor, keys))]);
    try {
      await auditor.run(raw(`cd ${home}; mv .ssh/authorized_keys .ssh/kept; ln -s /root/secret .ssh/authorized_keys`));
      expect(await seen()).not.toContain(secret);
      await auditor.run(raw(`cd ${home}; mv .ssh real; mkdir x; ln -s /root/secret x/authorized_keys; ln -s x .ssh`));
      expect(await seen()).not.toContain(secret);
    } finally {
      await auditor.run(raw(`cd ${home}; rm -r .ssh x; mv real .ssh; mv .ssh/kept .ssh/authorized_keys`));
      await host.run(raw('rm /root/secret'));
    }
  });

  /** Their answers hold times, or counters that grow. */
  const changing = new Set(['time', 'logins']);
  const changingIds = new Set(['controls/clock', 'access/logins']);
});

describe('what was broken is found by its check, and no password leaves the host', () => {
  it.each(faults)('%s', async (id, make, undo) => {
    await host.run(raw(make));
    const answers = await askHost(host, questions);
    await host.run(raw(undo));
    expect(failures(answers).sort()).toEqual([...always, id].sort());
    expect(JSON.stringify([...answers])).not.toContain(poison);
  });
});
