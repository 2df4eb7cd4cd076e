import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, pass } from './judgement.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

const logs = question(
  'log-forwarding',
  `file /etc/rsyslog.conf /etc/rsyslog.d/*.conf /etc/syslog-ng/syslog-ng.conf /etc/syslog-ng/conf.d/*.conf
file /etc/systemd/journal-upload.conf /etc/systemd/journal-upload.conf.d/*.conf
file /etc/docker/daemon.json
part units systemctl show --property=Id,LoadState,ActiveState,UnitFileState rsyslog.service syslog-ng.service systemd-journal-upload.service`,
);

const containerLogs = question(
  'container-logs',
  `tool version docker --version
rtool driver ${asRoot('dockerLogs')}`,
);

/** Addresses to which logs are sent: rsyslog (`@@host`, omfwd, omrelp), syslog-ng, journal upload, Docker. */
export function logEndpoints(parts: Parts): Endpoint[] {
  const rsyslog = parts.under('/etc/rsyslog').flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, old] = /^[^\s"]*[*.;][^\s]*\s+-?@@?(?:\([^)]*\))?(\[[^\]]+\]|[^\s:;]+)/.exec(line) ?? [];
      const [, target] = /\btarget="([^"]+)"/i.exec(line) ?? [];
      return [old, target].flatMap((one) => (one === undefined ? [] : [{ target: hostOf(one), from }]));
    }),
  );
  const syslogNg = parts.under('/etc/syslog-ng/').flatMap(([from, text]) =>
    [...text.matchAll(/\b(?:network|syslog|tcp|udp|tcp6|udp6)\(\s*"([^"]+)"/g)].map(([, target = '']) => ({
      target: hostOf(target),
      from,
    })),
  );
  const upload = parts.under('/etc/systemd/journal-upload.conf').flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, url] = /^URL=(\S+)$/.exec(line) ?? [];
      return url === undefined ? [] : [{ target: hostOf(url), from }];
    }),
  );
  const docker = [
    ...(parts.maybe('/etc/docker/daemon.json') ?? '').matchAll(
      /"(?:syslog-address|gelf-address|fluentd-address|splunk-url|awslogs-endpoint)"\s*:\s*"([^"]+)"/g,
    ),
  ].map(([, target = '']) => ({ target: hostOf(target), from: '/etc/docker/daemon.json' }));
  return [...rsyslog, ...syslogNg, ...upload, ...docker, ...unreadOutputs(parts)];
}

/** Outputs whose target is not parsed here, by name: where they send to is unknown. */
function unreadOutputs(parts: Parts): Endpoint[] {
  const local = /^(?:builtin:)?om(?:file|usrmsg|journal|pipe|stdout|discard|fwd|relp)$/;
  const rsyslog = parts
    .under('/etc/rsyslog')
    .flatMap(([from, text]) =>
      [...text.matchAll(/^[^#\n]*\btype="((?:builtin:)?om\w+)"/gim)].map(([, type = '']) => ({ type, from })),
    )
    .filter(({ type }) => !local.test(type));
  const read = /^(?:file|pipe|usertty|unix-stream|unix-dgram|network|syslog|tcp6?|udp6?)$/;
  const syslogNg = parts
    .under('/etc/syslog-ng/')
    .flatMap(([from, text]) =>
      [...text.matchAll(/^\s*destination\s+\S+\s*\{\s*([\w-]+)\s*\(/gm)].map(([, type = '']) => ({ type, from })),
    )
    .filter(({ type }) => !read.test(type));
  return [...rsyslog, ...syslogNg].map(({ type, from }) => ({ target: `(${type})`, from }));
}

/** Docker's drivers that keep logs on the host. */
const localDrivers: ReadonlySet<string> = new Set(['json-file', 'local', 'journald', 'none']);

/** Docker's drivers that send to a service with a built-in address. */
const cloudDrivers: Readonly<Record<string, string>> = {
  awslogs: 'Amazon CloudWatch',
  gcplogs: 'Google Cloud Logging',
};

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/log-forwarding',
    chapter: 'destinations',
    title: { nb: 'Videresending av logger', en: 'Forwarding of logs' },
    expected: {
      nb: 'Logger sendes ikke til innehavere utenfor egen grense.',
      en: 'Logs are not sent to holders outside your own limit.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 32', 'GDPR art. 44-49', 'NSM 3.2', 'SOV-3'],
    questions: [logs, containerLogs, hostsFile],
    judge: (answered, context) => {
      const units = answered(logs).filled('units');
      if (!/^Id=rsyslog\.service$/m.test(units))
        throw unreadable('loggtjenestene mangler', 'the log services are missing');
      const driver = answered(containerLogs).maybe('driver')?.trim() ?? null;
      const named = logEndpoints(answered(logs));
      const dockers = driver === null || localDrivers.has(driver) ? [] : [cloudDrivers[driver] ?? `(${driver})`];
      const unnamed = named.some(({ from }) => from === '/etc/docker/daemon.json') ? [] : dockers;
      return judgeEndpoints([...named, ...unnamed.map((target) => ({ target, from: 'docker' }))], context, {
        traffic: 'data',
        none: pass(
          {
            nb: 'Verken rsyslog, syslog-ng, journalen eller Docker er satt opp til å sende logger ut.',
            en: 'Neither rsyslog, syslog-ng, the journal nor Docker is set up to send logs out.',
          },
          `${units}\ndocker: ${driver ?? '–'}`,
          ['persistent'],
        ),
        relays: true,
        proves: ['persistent'],
        also: { nb: 'Logger kan inneholde personopplysninger.', en: 'Logs may contain personal data.' },
      });
    },
  }),
];
