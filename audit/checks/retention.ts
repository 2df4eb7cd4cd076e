import type { Text } from '../../lib/text.ts';
import { filesFolder } from '../../platform/contract/places.ts';
import type { Check, Judgement } from '../check.ts';
import { broker, noBroker } from './broker.ts';
import { fail, hostCheck, notApplicable, notEvaluated, pass } from './judgement.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';
import { journalLimit, queueLimits, secondsOf } from './retention-limits.ts';
import { asRoot } from './root-commands.ts';

export const journalQuestion = question(
  'journal-retention',
  `part configuration systemd-analyze cat-config systemd/journald.conf
oldest() { ${asRoot('oldestLog')} 2>/dev/null | head -n 1 | cut -d ' ' -f 1; }
part oldest oldest
copies() { for path in /var/log/syslog /var/log/auth.log /var/log/messages; do [ ! -e "$path" ] || echo "$path"; done; }
part copies copies`,
);

const files = question(
  'file-retention',
  `rules() { systemd-tmpfiles --cat-config | grep -F ' ${filesFolder}' || true; }
part rules rules
if [ -d ${filesFolder} ]; then
  oldest() { found=$(${asRoot('files')}) || return; printf '%s' "$found" | awk 'BEGIN { RS = ","; FS = "_" } NF == 2 { n++; b += $2; if (!o || $1 < o) o = $1 } END { printf "%d files, %d bytes, oldest %d\\n", n, b, o }'; }
  part oldest oldest
else missing oldest; fi`,
);

const noLimit = (key: string): Judgement =>
  notEvaluated({
    nb: `Ingen grense er satt i miljøfilen (audit.retention.${key}), så det er ingenting å sammenligne med.`,
    en: `No limit is set in the environment file (audit.retention.${key}), so there is nothing to compare with.`,
  });

const span = (seconds: number): Text => {
  const days = seconds / 86_400;
  const number = Number.isInteger(days) ? days : Number(days.toFixed(1));
  return { nb: `${String(number).replace('.', ',')} døgn`, en: `${number} days` };
};

const basis = ['GDPR art. 5', 'GDPR art. 25', 'SOV-3'];

export const checks: readonly Check[] = [
  hostCheck({
    id: 'controls/retention-jobs',
    chapter: 'controls',
    title: { nb: 'Hvor lenge jobber blir liggende', en: 'How long jobs are kept' },
    expected: {
      nb: 'Hver kø kaster en jobb etter grensen i miljøfilen.',
      en: 'Each queue drops a job after the limit in the environment file.',
    },
    basis,
    questions: [broker],
    judge: (answered, context) => {
      const limit = context.environment.audit.retention.jobs;
      const parts = answered(broker);
      const without = noBroker(parts, context);
      if (without !== null) return notApplicable(without);
      const limits = queueLimits(parts.need('queues'), parts.need('policies'));
      const observed = [...limits].map(([name, ttl]) => `${name}: ${ttl === null ? '–' : `${ttl} s`}`).join('\n');
      if (limit === undefined) return { ...noLimit('jobs'), observed };
      if (limits.size === 0)
        return notEvaluated({ nb: 'Meldingstjeneren har ingen køer.', en: 'The broker has no queues.' }, observed);
      const over = [...limits].filter(([, ttl]) => ttl === null || ttl > limit.seconds).map(([name]) => name);
      const allowed = span(limit.seconds);
      if (over.length > 0)
        return fail(
          {
            nb: `Disse køene kan holde på en jobb lenger enn ${allowed.nb}: ${over.join(', ')}.`,
            en: `These queues may keep a job for longer than ${allowed.en}: ${over.join(', ')}.`,
          },
          observed,
          ['running', 'persistent'],
        );
      return pass(
        {
          nb: `Alle køer kaster en jobb senest etter ${allowed.nb}.`,
          en: `All queues drop a job after ${allowed.en} at the latest.`,
        },
        observed,
        ['running', 'persistent'],
      );
    },
  }),
  hostCheck({
    id: 'controls/retention-logs',
    chapter: 'controls',
    title: { nb: 'Hvor lenge logger blir liggende', en: 'How long logs are kept' },
    expected: {
      nb: 'Journalen sletter det som er eldre enn grensen i miljøfilen.',
      en: 'The journal deletes what is older than the limit in the environment file.',
    },
    basis,
    questions: [journalQuestion],
    judge: (answered, { environment, now }) => {
      const parts = answered(journalQuestion);
      const limit = environment.audit.retention.logs;
      const configured = journalLimit(parts.need('configuration'));
      const oldest = Number(parts.need('oldest'));
      const copies = linesOf(parts.need('copies'));
      if (!(oldest > 0)) throw unreadable('journalen ga ingen linje', 'the journal gave no line');
      const seconds = Math.max(0, now.getTime() / 1000 - oldest);
      const age = span(seconds);
      const observed = [`MaxRetentionSec: ${configured ?? '–'}`, `oldest entry: ${age.en}`, ...copies].join('\n');
      if (limit === undefined) return { ...noLimit('logs'), observed };
      const allowed = span(limit.seconds);
      if (configured === null || configured > limit.seconds)
        return fail(
          {
            nb: `Journalen er ikke satt opp til å slette etter ${allowed.nb} (MaxRetentionSec). Den eldste linjen er ${age.nb} gammel.`,
            en: `The journal is not set up to delete after ${allowed.en} (MaxRetentionSec). Its oldest line is ${age.en} old.`,
          },
          observed,
          ['persistent'],
        );
      if (seconds > limit.seconds)
        return fail(
          {
            nb: `Journalen er satt opp til å slette etter ${span(configured).nb}, men den eldste linjen er ${age.nb} gammel; grensen er ${allowed.nb}.`,
            en: `The journal is set up to delete after ${span(configured).en}, but its oldest line is ${age.en} old; the limit is ${allowed.en}.`,
          },
          observed,
          ['running'],
        );
      if (copies.length > 0)
        return notEvaluated(
          {
            nb: `Journalen sletter i tide, men logger skrives også til ${copies.join(', ')}.`,
            en: `The journal deletes in time, but logs are also written to ${copies.join(', ')}.`,
          },
          observed,
          ['persistent'],
        );
      return pass(
        {
          nb: `Journalen er satt opp til å slette etter ${span(configured).nb}. Den eldste linjen er ${age.nb} gammel.`,
          en: `The journal is set up to delete after ${span(configured).en}. Its oldest line is ${age.en} old.`,
        },
        observed,
        ['persistent'],
      );
    },
  }),
  hostCheck({
    id: 'controls/retention-files',
    chapter: 'controls',
    title: { nb: 'Hvor lenge filer til jobber blir liggende', en: 'How long job files are kept' },
    expected: {
      nb: 'Filer og resultater slettes etter grensen i miljøfilen.',
      en: 'Files and results are deleted after the limit in the environment file.',
    },
    basis,
    questions: [files],
    judge: (answered, { environment, now }) => {
      const parts = answered(files);
      const limit = environment.audit.retention.files;
      const oldestText = parts.maybe('oldest');
      const rules = linesOf(parts.need('rules'));
      if (oldestText === null)
        return notApplicable({ nb: 'Verten har ingen filer til jobber.', en: 'The host has no job files.' });
      const [, count, oldest] = /^(\d+) files, \d+ bytes, oldest (\d+)$/.exec(oldestText.trim()) ?? [];
      if (count === undefined)
        throw unreadable(
          `ventet antallet filer, fikk ${oldestText}`,
          `expected the number of files, got ${oldestText}`,
        );
      const age = count === '0' ? 0 : now.getTime() / 1000 - Number(oldest);
      const observed = [`${filesFolder}: ${oldestText.trim()}`, ...rules].join('\n');
      if (limit === undefined) return { ...noLimit('files'), observed };
      const allowed = span(limit.seconds);
      const deletes = rules.some((rule) => {
        const [age = ''] = rule.split(/\s+/).slice(5);
        return /^\d+[smhdw]/.test(age) && secondsOf(age) <= limit.seconds;
      });
      if (age > limit.seconds)
        return fail(
          {
            nb: `Den eldste av ${count} filer er ${span(age).nb} gammel; grensen er ${allowed.nb}.`,
            en: `The oldest of ${count} files is ${span(age).en} old; the limit is ${allowed.en}.`,
          },
          observed,
          ['running'],
        );
      if (!deletes)
        return fail(
          {
            nb: `Ingen fil er eldre enn ${allowed.nb} ennå, men ingenting på verten sletter dem innen da: Jernverk sletter ikke jobbfiler.`,
            en: `No file is older than ${allowed.en} yet, but nothing on the host deletes them by then: Jernverk does not delete job files.`,
          },
          observed,
          ['running'],
        );
      return pass(
        {
          nb: `Ingen fil er eldre enn ${allowed.nb}, og systemd-tmpfiles sletter gamle filer.`,
          en: `No file is older than ${allowed.en}, and systemd-tmpfiles deletes old files.`,
        },
        observed,
        ['running', 'persistent'],
      );
    },
  }),
];
