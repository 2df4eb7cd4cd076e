import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, notEvaluated, pass } from './judgement.ts';
import { enoughDays } from './observation-period.ts';
import { linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';

const apt = question(
  'apt',
  `file /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources
dump() { apt-config dump | shown | grep -E '^(Acquire::.*Proxy|APT::Periodic|Unattended-Upgrade::(Origins-Pattern|Allowed-Origins|Automatic-Reboot))' || true; }
part configuration dump
part timers systemctl show --property=Id,ActiveState,UnitFileState apt-daily.timer apt-daily-upgrade.timer
tool unattended dpkg-query --show --showformat='\${db:Status-Status}\\n' unattended-upgrades
part last-run stat -c '%Y %n' /var/lib/apt/lists /var/log/dpkg.log`,
);

interface Source {
  readonly uri: string;
  readonly from: string;
}

/**
 * From `deb` lines and from `URIs:` in deb822 files, whose values continue on lines that begin with a space
 * (sources.list(5)).
 */
const aptSources = (parts: Parts): Source[] =>
  parts.under('/etc/apt/').flatMap(([from, text]) =>
    linesOf(from.endsWith('.sources') ? text.replaceAll(/\n[ \t]+(?=\S)/g, ' ') : text).flatMap((line) => {
      const [, oneLine] = /^deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line) ?? [];
      const [, uris] = /^URIs:\s*(.*)$/i.exec(line) ?? [];
      return (oneLine ?? uris ?? '').split(/\s+/).flatMap((uri) => (uri === '' ? [] : [{ uri, from }]));
    }),
  );

/** Hosts of sources and proxies. */
export function aptEndpoints(parts: Parts): Endpoint[] {
  const sources = aptSources(parts)
    .filter(({ uri }) => !/^(?:file|copy|cdrom):/.test(uri))
    .map(({ uri, from }) => ({ target: uri.includes('://') ? hostOf(uri) : uri, from }));
  // If a program chooses the proxy (`Proxy-Auto-Detect`), only the program's name is known.
  const proxies = [...parts.need('configuration').matchAll(/^Acquire::\S*Proxy\S* "([^"]+)";$/gm)]
    .map(([, value = '']) => value)
    .filter((value) => value !== 'DIRECT' && value !== 'false')
    .map((value) => ({ target: value.includes('://') ? hostOf(value) : value, from: 'apt proxy' }));
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
      const sources = aptSources(parts);
      const none =
        sources.length === 0
          ? notEvaluated({ nb: 'apt har ingen kilder.', en: 'apt has no sources.' })
          : pass(
              { nb: 'Alle pakkekilder er filer på verten.', en: 'All package sources are files on the host.' },
              sources.map(({ uri }) => uri).join('\n'),
              ['persistent'],
            );
      return judgeEndpoints(aptEndpoints(parts), context, {
        traffic: 'software',
        none,
        relays: true,
        proves: ['persistent'],
      });
    },
  }),
  hostCheck({
    id: 'controls/security-updates',
    chapter: 'controls',
    title: { nb: 'Sikkerhetsoppdateringer', en: 'Security updates' },
    expected: {
      nb: 'Sikkerhetsoppdateringer installeres automatisk, eller noen gjør det for hånd.',
      en: 'Security updates are installed automatically, or somebody installs them by hand.',
    },
    basis: ['GDPR art. 32', 'SOV-7'],
    questions: [apt],
    judge: (answered, { now }) => {
      const parts = answered(apt);
      const configuration = parts.need('configuration');
      const timers = parts.need('timers');
      const installed = parts.exitCode('unattended') === 0 && /^installed$/m.test(parts.need('unattended'));
      const wanted = /^APT::Periodic::Unattended-Upgrade "[1-9a-z]/m.test(configuration);
      // Without an origin of security updates, unattended-upgrades has nothing to install.
      const security =
        /^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins)::\S* ".*(?:security|label=Debian\b)/im.test(
          configuration,
        );
      const fetched = Number(/^(\d+) \/var\/lib\/apt\/lists$/m.exec(parts.need('last-run'))?.[1] ?? 0);
      const days = Math.floor((now.getTime() / 1000 - fetched) / 86_400);
      const timer = /^Id=apt-daily-upgrade\.timer\n(?:.*\n)*?ActiveState=active/m.test(`${timers}\n`);
      const observed = `${configuration}\n${timers}\n${parts.need('last-run')}`;
      if (installed && wanted && timer && security && days >= enoughDays)
        return notEvaluated(
          {
            nb: `Sikkerhetsoppdateringer er satt opp til å installeres automatisk, men pakkelistene er ikke hentet på ${days} døgn.`,
            en: `Security updates are set to install automatically, but the package lists have not been fetched for ${days} days.`,
          },
          observed,
          ['persistent'],
        );
      if (installed && wanted && timer && security)
        return pass(
          {
            nb: 'Sikkerhetsoppdateringer er satt opp til å installeres automatisk. Kontrollen ser ikke om de siste lyktes.',
            en: 'Security updates are set to install automatically. This check does not see whether the last ones succeeded.',
          },
          observed,
          ['running', 'persistent'],
        );
      return notEvaluated(
        {
          nb: 'Sikkerhetsoppdateringer installeres ikke automatisk. Det kan ikke ses fra verten om noen gjør det for hånd.',
          en: 'Security updates are not installed automatically. The host cannot show whether somebody installs them by hand.',
        },
        observed,
      );
    },
  }),
];
