import type { Check } from '../check.ts';
import { type Endpoint, hostsFile, judgeEndpoints } from './endpoints.ts';
import { fail, hostCheck, notApplicable, notEvaluated, pass } from './judgement.ts';
import { linesOf, type Parts } from './parts.ts';
import { bootedAt, bootQuestion, proofsOf } from './proofs.ts';
import { question } from './question.ts';

const time = question(
  'time',
  `tool container systemd-detect-virt --container
tool timedatectl timeout 2 timedatectl show --property=NTP --property=NTPSynchronized --property=TimeUSec
# Asked while the service does not run, D-Bus would try to start it and keep us waiting for 25 seconds.
if systemctl is-active --quiet systemd-timesyncd.service; then part timesync timedatectl show-timesync --all; else missing timesync; fi
file /etc/systemd/timesyncd.conf /etc/systemd/timesyncd.conf.d/*.conf /usr/lib/systemd/timesyncd.conf.d/*.conf
file /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources
file /etc/ntpsec/ntp.conf /etc/ntp.conf
part units systemctl show --property=Id,ActiveState,UnitFileState systemd-timesyncd.service chrony.service ntpsec.service`,
);

/** The servers that a running time service asks, and those that configuration files name. */
export function timeEndpoints(parts: Parts): Endpoint[] {
  const running = parts.maybe('timesync') ?? '';
  const asked = ['ServerName', 'ServerAddress', 'SystemNTPServers', 'LinkNTPServers', 'FallbackNTPServers'].flatMap(
    (key) => {
      const [, value = ''] = new RegExp(`^${key}=(.*)$`, 'm').exec(running) ?? [];
      return value
        .split(/\s+/)
        .filter((word) => word !== '' && word !== 'n/a')
        .map((target) => ({ target, from: `timesyncd ${key}` }));
    },
  );
  const timesyncd = [
    ...parts.under('/etc/systemd/timesyncd.conf'),
    ...parts.under('/usr/lib/systemd/timesyncd.conf.d/'),
  ].flatMap(([from, text]) =>
    linesOf(text).flatMap((line) =>
      (/^(?:NTP|FallbackNTP)=(.*)$/.exec(line)?.[1] ?? '')
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((target) => ({ target, from })),
    ),
  );
  const others = [...parts.under('/etc/chrony/'), ...parts.under('/etc/ntp')].flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, target] = /^(?:server|pool|peer)\s+(\S+)/.exec(line) ?? [];
      return target === undefined ? [] : [{ target, from }];
    }),
  );
  return [...asked, ...timesyncd, ...others];
}

const inContainer = (parts: Parts): boolean => parts.exitCode('container') === 0;
const outerClock = {
  nb: 'Verten er en container; klokken stilles av maskinen utenfor.',
  en: 'The host is a container; its clock is set by the machine around it.',
};

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/time-servers',
    chapter: 'destinations',
    title: { nb: 'Tidstjenere', en: 'Time servers' },
    expected: {
      nb: 'Klokken stilles etter tjenere innenfor egen grense.',
      en: 'The clock follows servers inside your own limit.',
    },
    basis: ['GDPR art. 32', 'SOV-4'],
    questions: [time, hostsFile],
    judge: (answered, context) => {
      const parts = answered(time);
      const endpoints = timeEndpoints(parts);
      if (endpoints.length === 0 && inContainer(parts)) return notApplicable(outerClock);
      return judgeEndpoints(endpoints, context, {
        traffic: 'time',
        none: notEvaluated({
          nb: 'Ingen tidstjener er satt opp, så det er ikke kjent hvem som stiller klokken.',
          en: 'No time server is configured, so it is not known who sets the clock.',
        }),
        relays: true,
        proves: ['persistent'],
      });
    },
  }),
  hostCheck({
    id: 'controls/time-synchronised',
    chapter: 'controls',
    title: { nb: 'Klokken går riktig', en: 'The clock is right' },
    expected: {
      nb: 'Klokken er stilt av en tidstjener, så hendelser kan tidfestes.',
      en: 'The clock is synchronised, so events can be dated.',
    },
    basis: ['GDPR art. 32', 'GDPR art. 33', 'NSM 3.2'],
    questions: [time, bootQuestion],
    judge: (answered) => {
      const parts = answered(time);
      if (inContainer(parts)) return notApplicable(outerClock);
      const observed = parts.need('timedatectl');
      const units = parts.need('units');
      const persistent = /^UnitFileState=enabled$/m.test(units);
      const running = /^NTPSynchronized=yes$/m.test(observed);
      const boot = bootedAt(answered(bootQuestion).need('times'));
      const proves = proofsOf({ running, persistent, changedAt: null, bootedAt: boot });
      if (running)
        return pass({ nb: 'Klokken er stilt av en tidstjener.', en: 'The clock is synchronised.' }, observed, proves);
      return fail(
        {
          nb: 'Klokken er ikke stilt av en tidstjener. Da kan tidspunkter i logger være feil.',
          en: 'The clock is not synchronised. Times in logs may then be wrong.',
        },
        observed,
        proves,
      );
    },
  }),
];
