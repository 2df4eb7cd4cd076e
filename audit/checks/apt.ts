import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';
import { hostCheck, notEvaluated, pass } from './verdict.ts';

const apt = question(
  'apt',
  `file /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources
dump() { apt-config dump | shown | grep -E '^(Acquire::.*Proxy|APT::Periodic|Unattended-Upgrade::(Origins-Pattern|Allowed-Origins|Automatic-Reboot))' || true; }
part configuration dump
part timers systemctl show --property=Id,ActiveState,UnitFileState apt-daily.timer apt-daily-upgrade.timer
tool unattended dpkg-query --show --showformat='\${db:Status-Status}\\n' unattended-upgrades
part last-run stat -c '%Y %n' /var/lib/apt/lists /var/log/dpkg.log`,
);

/** Hosts of `deb` lines, of `URIs:` in deb822 files (sources.list(5)), and of proxies. */
export function aptEndpoints(parts: Parts): Endpoint[] {
  const sources = parts.under('/etc/apt/').flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, oneLine] = /^deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line) ?? [];
      const [, uris] = /^URIs:\s*(.*)$/i.exec(line) ?? [];
      return (oneLine ?? uris ?? '')
        .split(/\s+/)
        .filter((uri) => /^(?:https?|ftp|tor\+https?|mirror\+https?|mirror):/.test(uri))
        .map((uri) => ({ target: hostOf(uri), from }));
    }),
  );
  const proxies = [...parts.need('configuration').matchAll(/^Acquire::\S*Proxy\S* "([^"]+)";$/gm)]
    .map(([, value = '']) => value)
    .filter((value) => value.includes('://'))
    .map((value) => ({ target: hostOf(value), from: 'apt proxy' }));
  return [...sources, ...proxies];
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/apt-sources',
    chapter: 'destinations',
    title: { nb: 'Kilder for programpakker', en: 'Sources of packages' },
    expected: {
      nb: 'Debians pakker hentes fra innehavere innenfor egen grense, eller fra kilder som er ført opp.',
      en: 'Debian’s packages come from holders inside your own limit, or from declared sources.',
    },
    basis: ['GDPR art. 32', 'SOV-5'],
    questions: [apt, hostsFile],
    judge: (answered, context) => {
      const parts = answered(apt);
      const sources = parts.under('/etc/apt/').flatMap(([, text]) => linesOf(text));
      const none = {
        nb: 'Ingen pakkekilder på nettet er satt opp.',
        en: 'No package source on a network is configured.',
      };
      if (sources.length === 0) return notEvaluated({ nb: 'apt har ingen kilder.', en: 'apt has no sources.' });
      return judgeEndpoints(aptEndpoints(parts), context, { traffic: 'software', none, proves: ['persistent'] });
    },
  }),
  hostCheck({
    id: 'controls/security-updates',
    chapter: 'controls',
    title: { nb: 'Sikkerhetsoppdateringer', en: 'Security updates' },
    expected: {
      nb: 'Sikkerhetsoppdateringer installeres av seg selv, eller noen gjør det for hånd.',
      en: 'Security updates are installed by themselves, or somebody does it by hand.',
    },
    basis: ['GDPR art. 32', 'SOV-7'],
    questions: [apt],
    judge: (answered) => {
      const parts = answered(apt);
      const configuration = parts.need('configuration');
      const timers = parts.need('timers');
      const installed = parts.exitCode('unattended') === 0 && /^installed$/m.test(parts.need('unattended'));
      const wanted = /^APT::Periodic::Unattended-Upgrade "[1-9a-z]/m.test(configuration);
      const timer = /^Id=apt-daily-upgrade\.timer\n(?:.*\n)*?ActiveState=active/m.test(`${timers}\n`);
      const observed = `${configuration}\n${timers}\n${parts.need('last-run')}`;
      if (installed && wanted && timer)
        return pass(
          {
            nb: 'Sikkerhetsoppdateringer er satt opp til å installeres av seg selv. Om de siste lyktes, ses ikke her.',
            en: 'Security updates are set up to be installed by themselves. Whether the last ones succeeded is not seen here.',
          },
          observed,
          ['running', 'persistent'],
        );
      return notEvaluated(
        {
          nb: 'Sikkerhetsoppdateringer installeres ikke av seg selv. Om noen gjør det for hånd, kan ikke ses fra verten.',
          en: 'Security updates are not installed by themselves. Whether somebody does it by hand cannot be seen from the host.',
        },
        observed,
      );
    },
  }),
];
