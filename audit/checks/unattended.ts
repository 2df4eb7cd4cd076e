import type { Check } from '../check.ts';
import { agentsIn } from './agents.ts';
import { fail, hostCheck, join, pass } from './judgement.ts';
import { onlyKnown, unitFiles } from './monitoring.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

/**
 * What is started automatically: when, and which program. Arguments may have secrets and stay on the host.
 * `/etc/hostname` is read, too, and proves that the crontabs could be read as root.
 */
const unattended = question(
  'unattended',
  `part timers systemctl show --property=Id,FragmentPath,ActiveState --type=timer '*'
folders='/etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly'
places() {
  for folder in $folders; do [ ! -d "$folder" ] || [ -r "$folder" ] || return 1; done
  find $folders /etc/crontab -type f ! -name .placeholder 2>/dev/null | sort
}
owners() { places | xargs -r dpkg-query --search 2>/dev/null | sed 's/^[^:]*: //' | sort; }
part cron places
part cron-packages owners
crontabs() {
  found=$(${asRoot('crontabs')})
  printf '%s\\n' "$found" | sed -E 's#^([^:]*):((@[a-z]+|[^[:space:]]+([[:space:]]+[^[:space:]]+){4})[[:space:]]+[^[:space:]]+).*#\\1:\\2#; s#^([^:]*:[A-Za-z_]+)=.*#\\1=***#'
}
part crontabs crontabs`,
);
const ours = /\/jernverk[^/]*$/;
/** Units from an administrator and not from a package (systemd.unit(5)). */
const byHand = /^\/(?:etc|run|usr\/local\/lib)\/systemd\/system\//;

function foreignTimers(parts: Parts): string[] {
  const timers = parts.filled('timers').split(/\n\s*\n/);
  return timers.flatMap((text) => {
    const [, path = ''] = /^FragmentPath=(.*)$/m.exec(text) ?? [];
    const active = /^ActiveState=active$/m.test(text);
    return active && byHand.test(path) && !ours.test(path) ? [path] : [];
  });
}

function foreignCron(parts: Parts): string[] {
  const known = new Set(linesOf(parts.need('cron-packages')));
  return linesOf(parts.need('cron')).filter((path) => !known.has(path) && !ours.test(path));
}

function crontabs(parts: Parts): string[] {
  const lines = linesOf(parts.need('crontabs'));
  if (!lines.some((line) => line.startsWith('/etc/hostname:')))
    throw unreadable('crontab-filene kunne ikke leses som root', 'the crontabs could not be read as root');
  return lines.filter((line) => !line.startsWith('/etc/hostname:') && !/=\*\*\*$/.test(line));
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/scheduled-jobs',
    chapter: 'access',
    title: { nb: 'Det som kjører av seg selv', en: 'What runs by itself' },
    expected: {
      nb: 'Tidsur og cron kommer fra installerte pakker eller fra Jernverk.',
      en: 'Timers and cron jobs come from installed packages or from Jernverk.',
    },
    basis: ['GDPR art. 32', 'NSM 2.6', 'SOV-4'],
    questions: [unattended],
    judge: (answered) => {
      const parts = answered(unattended);
      const foreign = [...foreignTimers(parts), ...foreignCron(parts), ...crontabs(parts)];
      const observed = `${parts.need('timers')}\n${parts.need('cron')}\n${parts.need('crontabs')}`;
      if (foreign.length > 0)
        return fail(
          {
            nb: `Disse er verken fra installerte pakker eller fra Jernverk. Noen må svare for dem: ${foreign.join('; ')}.`,
            en: `These come neither from installed packages nor from Jernverk. Somebody must account for them: ${foreign.join('; ')}.`,
          },
          observed,
          ['persistent'],
        );
      return pass(
        {
          nb: 'Alle tidsur i systemd og alle cron-jobber er fra installerte pakker eller fra Jernverk. Kontrollen ser ikke brukernes egne tidsur eller jobber for at og anacron.',
          en: 'All systemd timers and all cron jobs come from installed packages or from Jernverk. This check does not see users’ own timers or jobs of at and anacron.',
        },
        observed,
        ['persistent'],
      );
    },
  }),
  hostCheck({
    id: 'access/remote-agents',
    chapter: 'access',
    title: { nb: 'Programmer som slipper inn andre', en: 'Programs that let others in' },
    expected: {
      nb: 'Ingen programmer som lar leverandøren eller andre kjøre kommandoer på verten.',
      en: 'No programs that let the provider or others run commands on the host.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 29', 'GDPR art. 32', 'GDPR art. 44-49', 'SOV-2', 'SOV-4'],
    questions: [unitFiles],
    judge: (answered) => {
      const services = answered(unitFiles).filled('services');
      const found = agentsIn(services, 'acts');
      const observed = found.map(({ unit, name }) => `${unit}: ${name}`).join('\n');
      const limit = {
        nb: 'Den som driver maskinen utenfor, har uansett tilgang til disk og minne.',
        en: 'Whoever runs the machine around it has access to disk and memory in any case.',
      };
      if (found.length > 0)
        return fail(
          join(
            {
              nb: `Disse kan kjøre kommandoer eller logge inn utenfra: ${[...new Set(found.map(({ name }) => name))].join(', ')}. Hvis det kan skje fra et tredjeland, er det en overføring.`,
              en: `These can run commands or log in from outside: ${[...new Set(found.map(({ name }) => name))].join(', ')}. If that can be done from a third country, it is a transfer.`,
            },
            limit,
          ),
          observed,
          ['persistent'],
        );
      const judged = onlyKnown(services);
      return { ...judged, words: join(judged.words, limit) };
    },
  }),
];
