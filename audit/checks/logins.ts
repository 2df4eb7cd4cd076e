import { isIP } from 'node:net';
import type { Check } from '../check.ts';
import { hostsFile, judgeEndpoints, plainAddress } from './endpoints.ts';
import { hostCheck, join, notEvaluated } from './judgement.ts';
import { tooShort } from './observation-period.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';
import { journalQuestion } from './retention.ts';
import { asRoot, journal } from './root-commands.ts';

/**
 * SSH log-ins from the journal, summed up on the host, and the log-in records if a program for them is installed:
 * `last` of util-linux on Debian 12, of wtmpdb on Debian 13, which a minimal install does not have.
 */
const logins = question(
  'logins',
  `accepted() {
  log=$(${asRoot('logins')}) || return
  printf '%s\\n' "$log" | awk '
    NF > 3 && !first { first = int($1) }
    NF > 3 { lines++ }
    $4 == "Accepted" && $6 == "for" && $8 == "from" {
      key = $7 " " $5 " " $9 " " ($NF ~ /^SHA256:/ ? $NF : "-"); count[key]++; last[key] = int($1)
    }
    END { print "since", first + 0, "lines", lines + 0; for (key in count) print key, count[key], last[key] | "sort" }'
}
part accepted accepted
tool last last -i -F -w -n 500`,
);

export interface Login {
  readonly user: string;
  readonly method: string;
  readonly address: string;
  readonly fingerprint: string;
  readonly count: number;
  /** Seconds since 1970. */
  readonly last: number;
}

export function sshLogins(parts: Parts): {
  readonly since: number;
  readonly lines: number;
  readonly logins: readonly Login[];
} {
  const [head = '', ...rest] = linesOf(parts.need('accepted'));
  const [, since, lines] = /^since (\d+) lines (\d+)$/.exec(head) ?? [];
  if (since === undefined) throw unreadable('journalen ga ingen første linje', 'the journal gave no first line');
  return {
    since: Number(since),
    lines: Number(lines),
    logins: rest.map((line) => {
      const [user = '', method = '', address = '', fingerprint = '', count, last] = line.split(' ');
      return { user, method, address: plainAddress(address), fingerprint, count: Number(count), last: Number(last) };
    }),
  };
}

/** `root pts/0 192.0.2.7 Mon Nov 23 …`: user and address. */
const recordedLogins = (text: string): { user: string; address: string }[] =>
  linesOf(text).flatMap((line) => {
    const [user = '', , address = ''] = line.split(/\s+/);
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && !/^(?:0\.0\.0\.0|::)$/.test(plain) ? [{ user, address: plain }] : [];
  });

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/logins',
    chapter: 'access',
    title: { nb: 'Innlogginger, og hvor de kom fra', en: 'Log-ins, and where they came from' },
    expected: {
      nb: 'Ingen logger inn fra adresser med innehaver utenfor egen grense.',
      en: 'Nobody logs in from addresses whose holder is outside your own limit.',
    },
    basis: ['GDPR art. 32', 'GDPR art. 44-49', 'NSM 2.6', 'SOV-2', 'SOV-4'],
    questions: [logins, hostsFile, journalQuestion],
    judge: (answered, context) => {
      const parts = answered(logins);
      const { since, lines, logins: ssh } = sshLogins(parts);
      const recorded = recordedLogins(parts.maybe('last') ?? '');
      if (lines === 0 && recorded.length === 0)
        return notEvaluated({
          nb: 'Verken journalen eller innloggingsregisteret har noe om innlogginger.',
          en: 'Neither the journal nor the log-in records mention any log-ins.',
        });
      const endpoints = [
        ...ssh.map(({ user, method, address, fingerprint, count, last }) => ({
          target: address,
          from: `${user} ${method} ${fingerprint} ×${count}, ${day(last)}`,
        })),
        ...recorded.map(({ user, address }) => ({ target: address, from: `${user} (last)` })),
      ];
      const judged = judgeEndpoints(endpoints, context, {
        traffic: 'data',
        // The audit itself has just logged in.
        none: notEvaluated({
          nb: 'Ingen innlogginger er ført, ikke engang revisjonens egen.',
          en: 'No log-ins are recorded, not even the audit’s own.',
        }),
        relays: true,
        proves: ['running'],
        also: {
          nb: 'Fjerntilgang fra et tredjeland er en overføring, også når dataene blir liggende i Norge.',
          en: 'Remote access from a third country is a transfer, even if the data stays in Norway.',
        },
      });
      const period =
        since === 0
          ? null
          : {
              nb: `Journalen går tilbake til ${day(since)} (høyst ${journal.days} dager eller ${journal.lines} linjer).`,
              en: `The journal goes back to ${day(since)} (at most ${journal.days} days or ${journal.lines} lines).`,
            };
      // If the journal has at least as many lines as are read, the window starts at the first line read; otherwise at
      // the start of the journal.
      const oldest = Number(answered(journalQuestion).need('oldest'));
      const begin = lines < journal.lines ? oldest : since;
      if (!(begin > 0)) throw unreadable('journalen ga ingen linje', 'the journal gave no line');
      const short = judged.status === 'pass' ? tooShort(context.now.getTime() / 1000 - begin) : null;
      return {
        ...judged,
        status: short === null ? judged.status : 'not evaluated',
        words: join(judged.words, period, short, {
          nb: 'Leverandørens konsoll og innlogginger gjennom en tunnel ses ikke her.',
          en: 'This check does not see the provider’s console or log-ins through a tunnel.',
        }),
      };
    },
  }),
];
