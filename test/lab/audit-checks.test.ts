import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allChecks } from '../../audit/checks/all.ts';
import { sudoersFile } from '../../audit/checks/root-commands.ts';
import { raw, sh } from '../../provision/command.ts';
import { type Answer, askScript, parseAnswers } from '../../provision/gather.ts';
import { connect, type Host } from '../../provision/host.ts';
import { contextWith, idsWith, verdicts } from '../audit/checks/host-answers.ts';
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

const questions = [...new Map(allChecks.flatMap((check) => check.questions).map((one) => [one.name, one])).values()];
/** Stands for passwords in what is broken: no answer may hold it. */
const poison = 'poison-value';
const boundary = '==boundary';
const script = askScript(
  questions.map(({ command }) => command),
  boundary,
);

let host: Host;

async function answersBy(account: string): Promise<Map<string, Answer>> {
  const command = account === 'root' ? script : sh`runuser -u ${account} -- sh -euc ${script.script}`;
  const answers = parseAnswers(await host.capture(command), questions.length, boundary);
  return new Map(answers.map((answer, index): [string, Answer] => [questions[index]?.name ?? '', answer]));
}

const failures = (answers: ReadonlyMap<string, Answer>): string[] =>
  idsWith(verdicts(contextWith(answers)), 'fail', 'error');

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
  const connection = await bareLabHost(name, 13);
  const applied = await jernverk('--env', environment, 'apply');
  if (applied.exitCode !== 0) throw new Error(applied.stdout + applied.stderr);
  host = await connect(connection);
});
afterAll(async () => {
  await host?.close();
  await removeLabHost(name);
  await rm(folder, { recursive: true, force: true });
});

describe('a deployed host', () => {
  it('fails for nothing but what Debian and the lab leave open', async () => {
    expect(failures(await answersBy('root'))).toEqual(always);
  });

  it('is not changed by being asked', async () => {
    await host.run(raw('touch /run/before-audit'));
    await answersBy('root');
    const written = 'find /etc /root /home /usr /opt /srv /var/lib/jernverk/files -xdev -newer /run/before-audit';
    expect(await host.capture(raw(`${written}; rm /run/before-audit`))).toBe('');
  });
});

describe('an account that is not root', () => {
  beforeAll(async () => {
    await host.run(raw('useradd --create-home --shell /bin/sh auditor'));
  });
  afterAll(async () => {
    await host.run(raw('userdel --remove auditor; rm -f /etc/sudoers.d/auditor'));
  });

  it('learns nothing that needs root, and then nothing passes on it', async () => {
    const found = verdicts(contextWith(await answersBy('auditor')));
    const needRoot = allChecks.filter(({ questions: asked }) =>
      asked.some(({ command }) => /\bpart [^\n]* root |\$\(root /.test(command.script)),
    );
    expect(needRoot.length).toBeGreaterThan(10);
    expect(idsWith(found, 'pass').filter((id) => needRoot.some((check) => check.id === id))).toEqual([]);
  });

  it('gets the same answers as root with the listed sudo commands, and no other command', async () => {
    await host.run(sh`umask 337; printf %s ${sudoersFile('auditor')} > /etc/sudoers.d/auditor; visudo --check --quiet`);
    const own = await answersBy('auditor');
    const root = await answersBy('root');
    for (const [question, { stdout }] of root)
      if (!changing.has(question)) expect([question, own.get(question)?.stdout]).toEqual([question, stdout]);
    for (const question of changing) expect(own.get(question)?.stdout).not.toMatch(/^=== \S+ 1$/m);
    for (const command of ['cat /etc/shadow', 'sshd -t', 'find /root /home -delete', 'docker run x', 'sh -c id'])
      expect(await host.test(sh`runuser -u auditor -- sh -c ${`sudo -n -- ${command} >/dev/null 2>&1`}`)).toBe(false);
    expect(failures(own)).toEqual(always);
  });

  /** Their answers hold times, or counters that grow. */
  const changing = new Set(['time', 'logins']);
});

describe('what was broken is found by its check, and no password leaves the host', () => {
  it.each(faults)('%s', async (id, make, undo) => {
    await host.run(raw(make));
    const answers = await answersBy('root');
    await host.run(raw(undo));
    expect(failures(answers).sort()).toEqual([...always, id].sort());
    expect(JSON.stringify([...answers])).not.toContain(poison);
  });
});
