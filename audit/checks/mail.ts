import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, notEvaluated, pass } from './judgement.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot, mailLines, rootMailFile } from './root-commands.ts';

const files = ['/etc/postfix/main.cf', '/etc/exim4/update-exim4.conf.conf', '/etc/msmtprc', '/etc/ssmtp/ssmtp.conf'];

const mail = question(
  'mail',
  `for path in ${files.join(' ')}; do
  if [ -r "$path" ]; then part "$path" sed -n -E '${mailLines}' "$path"; else missing "$path"; fi
done
hidden ${rootMailFile} ${asRoot('hasMail')} && part ${rootMailFile} ${asRoot('mail')}
remotes() { sed -E 's/^([^[:space:]]+).*/\\1/' "$1"; }
if [ -e /etc/nullmailer/remotes ]; then part /etc/nullmailer/remotes remotes /etc/nullmailer/remotes; else missing /etc/nullmailer/remotes; fi
if [ -e /usr/sbin/sendmail ]; then part sendmail readlink -f /usr/sbin/sendmail; else missing sendmail; fi
part units systemctl show --property=Id,LoadState,ActiveState postfix.service exim4.service nullmailer.service opensmtpd.service`,
);

/** `[smtp.example.no]:587`, `smtp.example.no::587;…` (exim), `smtp.example.no`. */
export function mailEndpoints(parts: Parts): Endpoint[] {
  const relays = [...files, rootMailFile].flatMap((from) =>
    linesOf(parts.maybe(from) ?? '').flatMap((line) => {
      const [, value = ''] = /^(?:relayhost|dc_smarthost|mailhub|host)\s*=?\s*(.*)$/.exec(line) ?? [];
      return value
        .replaceAll(/['"]/g, '')
        .split(/[;,\s]+/)
        .filter((word) => word !== '')
        .map((word) => ({ target: hostOf(word.replace(/^smtp:/, '')), from }));
    }),
  );
  const nullmailer = linesOf(parts.maybe('/etc/nullmailer/remotes') ?? '').map((word) => ({
    target: hostOf(word),
    from: '/etc/nullmailer/remotes',
  }));
  return [...relays, ...nullmailer];
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/mail-relays',
    chapter: 'destinations',
    title: { nb: 'E-post ut', en: 'Outgoing mail' },
    expected: {
      nb: 'E-post fra verten går ikke gjennom tjenere utenfor egen grense.',
      en: 'Mail from the host does not go through servers outside your own limit.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44-49', 'SOV-3'],
    questions: [mail, hostsFile],
    judge: (answered, context) => {
      const parts = answered(mail);
      const units = parts.filled('units');
      const direct = /^Id=(?:postfix|exim4|opensmtpd)\.service\nLoadState=loaded\nActiveState=active/m.test(units);
      if (!/^Id=postfix\.service$/m.test(units))
        throw unreadable('e-posttjenerne mangler', 'the mail servers are missing');
      const program = parts.maybe('sendmail');
      const relays = mailEndpoints(parts);
      const endpoints =
        relays.length === 0 && direct ? [{ target: 'mottakernes tjenere / recipients’ servers', from: 'MX' }] : relays;
      return judgeEndpoints(endpoints, context, {
        traffic: 'data',
        none:
          program === null
            ? pass(
                {
                  nb: 'Verten har ikke noe program som sender e-post (sendmail), og ingen videresending er satt opp.',
                  en: 'The host has no program that sends mail (sendmail), and no relay is configured.',
                },
                units,
                ['persistent'],
              )
            : notEvaluated({
                nb: `Verten kan sende e-post (${program.trim()}), men filene vi kjenner, viser ikke hvor den går.`,
                en: `The host can send mail (${program.trim()}), but the files that this check knows do not show where it goes.`,
              }),
        relays: true,
        proves: ['persistent'],
      });
    },
  }),
];
