import { quote } from '../../lib/shell.ts';
import type { Text } from '../../lib/text.ts';
import { filesFolder } from '../../platform/contract/places.ts';
import { apiUrl, curl } from '../../provision/topics/broker/api.ts';
import { curlConfig, secretsFolder } from '../../provision/topics/broker/names.ts';
import { rulesFile, table, unitFile } from '../../provision/topics/firewall/names.ts';
import { egressRootCommands } from '../destinations/root-commands.ts';

/**
 * A command that the audit runs as root: what sudo must allow if the audit logs in as somebody else. It only reads.
 *
 * sudo compares the arguments as one line, so whoever may run a command may split its words differently: to sudo,
 * `timeout 1 "find /x"` is `timeout 1 find /x`, but it runs a program in the folder `find `. So none of these commands
 * starts another program, none takes a path in a folder that others can write to, and no rule has a pattern.
 */
export interface RootCommand {
  readonly argv: readonly string[];
  readonly why: Text;
  /** The account to run as instead of root. */
  readonly as?: 'postgres';
}

const ask = (path: string): readonly string[] => [...curl.split(' '), '--fail', '--max-time', '2', `${apiUrl}/${path}`];
const broker: Text = { nb: 'spørre meldingstjeneren om oppsettet', en: 'ask the broker for its settings' };
const docker: Text = { nb: 'spørre Docker om oppsettet', en: 'ask Docker for its settings' };
const backups: Text = { nb: 'finne sikkerhetskopier', en: 'find backups' };
const firewall: Text = { nb: 'lese brannmuren', en: 'read the firewall' };

/** Programs that copy data away, by their command names in scripts and timers. */
export const backupPrograms =
  'restic|borg|borgmatic|rsync|rclone|duplicity|duply|kopia|rdiff-backup|bacula-fd|bareos-fd|barman|wal-g|pgbackrest|s3cmd|azcopy|gsutil|tarsnap|rsnapshot|scp|sftp';
/** `sftp:user@host:/path`, `s3:https://host/bucket`, `ssh://host/path`, `user@host:path`. */
const backupTargets =
  '(rest:|s3:|swift:|rclone:|webdav:)?(s3|b2|gs|azure|sftp|ssh|rsync|ftps?|https?|webdavs?)://?[^[:space:]]+|(sftp|s3|b2|gs|azure|rclone|swift):[^[:space:]]+|[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:[^[:space:]]*';
/** Files that start programs automatically, and the programs' settings. /etc/passwd proves that grep read as root. */
const backupPlaces = [
  ...['crontab', 'cron.d', 'cron.hourly', 'cron.daily', 'cron.weekly', 'cron.monthly'].map((name) => `/etc/${name}`),
  ...['systemd/system', 'borgmatic', 'borgmatic.d', 'restic', 'default', 'rsnapshot.conf'].map(
    (name) => `/etc/${name}`,
  ),
  ...['/var/spool/cron/crontabs', '/usr/local/bin', '/usr/local/sbin'],
  ...['/root/bin', '/root/.duply', '/root/.config/borgmatic', '/etc/passwd'],
];

export const rcloneFiles = ['/root/.config/rclone/rclone.conf', '/etc/rclone.conf'] as const;
export const rootMailFile = '/root/.msmtprc';
/** Only the lines that name a host, because these files also have passwords. */
export const mailLines =
  '/^[[:space:]]*(relayhost|dc_smarthost|dc_eximconfig_configtype|mailhub|host)([[:space:]=]|$)/p';
const rcloneLines = '/^[[]|^(type|host|endpoint|region)[[:space:]]*=/p';

/** Lines of the journal that are read, and how many days back. */
export const journal = { lines: 20_000, days: 90 } as const;

/** Files with tokens and credentials for other systems. Only their names are reported, never their contents. */
const credentialFiles = [
  ...['*/.aws/credentials', '*/.azure/*.json', '*/gcloud/credentials.db', '*/.kube/config', '*/.docker/config.json'],
  ...['*/.netrc', '*/.git-credentials', '*/.npmrc', '*/.pgpass', '*/.s3cfg', '*/rclone.conf', '*/.config/gh/hosts.yml'],
  ...['*/.terraform.d/credentials.tfrc.json', '*/.ssh/id_*'],
].flatMap((path, index) => [...(index === 0 ? [] : ['-o']), '-path', path]);

/** The usual home folders, and the file names from which sshd reads keys by default. */
export const keyFolders = ['/root', '/home', '/var/lib'] as const;
export const keyNames = ['authorized_keys', 'authorized_keys2'] as const;

const commands = {
  sshd: {
    argv: ['sshd', '-T'],
    why: { nb: 'lese SSH-oppsettet som gjelder', en: 'read the effective SSH settings' },
  },
  sudoers: {
    argv: ['cvtsudoers', '-f', 'json', '/etc/sudoers'],
    why: { nb: 'lese sudo-reglene', en: 'read the sudo rules' },
  },
  keyFiles: {
    argv: ['find', ...keyFolders, '-maxdepth', '4', '(', '-path', '/root', '-o', '-name', '.ssh']
      .concat(keyNames.flatMap((name) => ['-o', '-name', name]))
      .concat([')', '-ls']),
    why: { nb: 'finne filene med SSH-nøkler', en: 'find the SSH key files' },
  },
  // grep -r follows no links while it descends, and does not wait for pipes. `^` matches every line.
  keyLines: {
    argv: ['grep', '-rsaH', '--max-count=1000', ...keyNames.map((name) => `--include=${name}`), '^', '/root', '/home'],
    why: { nb: 'lese SSH-nøklene', en: 'read the SSH keys' },
  },
  passwords: {
    argv: ['passwd', '--status', '--all'],
    why: { nb: 'se hvilke kontoer som har passord', en: 'see which accounts have a password' },
  },
  sockets: { argv: ['ss', '-Hlntup'], why: { nb: 'se hvem som lytter', en: 'see who listens' } },
  ruleset: { argv: ['nft', '-s', '-t', 'list', 'ruleset'], why: firewall },
  ownTable: { argv: ['nft', '-s', 'list', 'table', ...table.split(' ')], why: firewall },
  loadedTable: { argv: ['cat', '/run/jernverk/firewall/loaded.nft'], why: firewall },
  firewallTimes: { argv: ['stat', '-c', '%Y', rulesFile, unitFile], why: firewall },
  published: { argv: ['docker', 'ps', '--format', '{{.Names}} {{.Ports}}'], why: docker },
  dockerInfo: { argv: ['docker', 'info', '--format', '{{json .RegistryConfig}}'], why: docker },
  dockerImages: { argv: ['docker', 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'], why: docker },
  dockerContainers: {
    argv: ['docker', 'ps', '--all', '--format', '{{.Names}} {{.Networks}} {{.Image}}'],
    why: docker,
  },
  dockerLogs: { argv: ['docker', 'info', '--format', '{{.LoggingDriver}}'], why: docker },
  brokerLogin: { argv: ['stat', '-c', '%s', `${secretsFolder}/${curlConfig}`], why: broker },
  // The columns are listed so that no password hash leaves the host.
  users: { argv: ask('users?columns=name,tags'), why: broker },
  permissions: { argv: ask('permissions'), why: broker },
  nodes: { argv: ask('nodes?columns=name,running'), why: broker },
  policies: { argv: ask('policies?columns=name,vhost,pattern,priority,definition'), why: broker },
  queues: {
    argv: ask('queues?columns=name,vhost,arguments,policy&disable_stats=true&enable_queue_totals=true'),
    why: broker,
  },
  upstreams: { argv: ask('parameters/federation-upstream'), why: broker },
  shovels: { argv: ask('parameters/shovel'), why: broker },
  backups: {
    argv: [
      'grep',
      '-rIswoE',
      `(${backupPrograms}|RESTIC_REPOSITORY|BORG_REPO|${backupTargets}|root:x:0)`,
      ...backupPlaces,
    ],
    why: backups,
  },
  rclone: { argv: ['sed', '-n', '-E', rcloneLines, rcloneFiles[0]], why: backups },
  rcloneSystem: { argv: ['sed', '-n', '-E', rcloneLines, rcloneFiles[1]], why: backups },
  hasRclone: { argv: ['find', '/root', '-maxdepth', '3', '-path', rcloneFiles[0]], why: backups },
  hasMail: {
    argv: ['find', '/root', '-maxdepth', '1', '-path', rootMailFile],
    why: { nb: 'finne e-postoppsett', en: 'find mail settings' },
  },
  mail: {
    argv: ['sed', '-n', '-E', mailLines, rootMailFile],
    why: { nb: 'lese hvor e-post går', en: 'read where mail goes' },
  },
  logins: {
    argv: [
      ...[
        'journalctl',
        '--quiet',
        '--no-pager',
        '--output=short-unix',
        '--identifier=sshd',
        '--identifier=sshd-session',
      ],
      ...[`--since=-${journal.days}d`, `--lines=${journal.lines}`],
    ],
    why: { nb: 'se innlogginger', en: 'see log-ins' },
  },
  oldestLog: {
    argv: ['journalctl', '--quiet', '--no-pager', '--output=short-unix'],
    why: { nb: 'se hvor gammel journalen er', en: 'see how old the journal is' },
  },
  crontabs: {
    argv: ['grep', '-rsE', '^[[:space:]]*[^#[:space:]]', '/var/spool/cron/crontabs', '/etc/hostname'],
    why: { nb: 'lese crontab-filer', en: 'read crontabs' },
  },
  credentials: {
    argv: ['find', '/root', '/home', '-maxdepth', '5', '-type', 'f', '(', ...credentialFiles, ')'],
    why: { nb: 'finne filer med tilgangstokener', en: 'find files with tokens' },
  },
  files: {
    argv: ['find', filesFolder, '-type', 'f', '-printf', '%T@_%s,'],
    why: { nb: 'se hvor gamle jobbfilene er', en: 'see how old the job files are' },
  },
  databaseRoles: {
    as: 'postgres',
    argv: ['psql', '-XAtc', 'select rolname, rolsuper, rolcanlogin from pg_roles order by 1', 'postgres'],
    why: { nb: 'se rollene i PostgreSQL', en: 'see the PostgreSQL roles' },
  },
  databaseHosts: {
    // Every cluster has lines of either kind, so an empty result means that grep could not look.
    argv: ['grep', '-rhE', '--include=pg_hba.conf', '^(local|host|hostssl|hostnossl)[[:space:]]', '/etc/postgresql'],
    why: { nb: 'se hvem PostgreSQL tar imot', en: 'see whom PostgreSQL lets in' },
  },
} as const satisfies Record<string, RootCommand>;

/** All commands that never vary. */
export const rootCommands: Readonly<Record<string, RootCommand>> = { ...commands, ...egressRootCommands };

/** Returns the command as a question's script runs it. */
export const asRoot = (name: keyof typeof commands): string => {
  const { argv, as }: RootCommand = commands[name];
  return `${as === undefined ? 'root' : `as ${as}`} ${argv.map(quote).join(' ')}`;
};
