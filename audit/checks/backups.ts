import type { Check } from '../check.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, join, notEvaluated } from './judgement.ts';
import { CouldNotTell, linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';
import { asRoot, backupPrograms, rcloneFiles } from './root-commands.ts';

const canary = '/etc/passwd:root:x:0';

/** Only the matched words leave the host, and credentials in URLs do not. */
const backups = question(
  'backups',
  `words() { found=$(${asRoot('backups')}); printf '%s\\n' "$found" | sed -E 's#://[^[:space:]]*@#://***@#g; s#[?"'\\''].*##' | sort -u; }
part words words
remotes() { lines=$("$@") || return; printf '%s\\n' "$lines" | shown; }
hidden ${rcloneFiles[0]} ${asRoot('hasRclone')} && part ${rcloneFiles[0]} remotes ${asRoot('rclone')}
if [ -e ${rcloneFiles[1]} ]; then part ${rcloneFiles[1]} remotes ${asRoot('rcloneSystem')}; else missing ${rcloneFiles[1]}; fi`,
);

interface Found {
  readonly path: string;
  readonly words: readonly string[];
}

/** The matched words of each file that names a program which copies data away. */
export function backupFiles(parts: Parts): readonly Found[] {
  const text = parts.need('words');
  if (!text.includes(canary))
    throw new CouldNotTell({
      nb: 'Filene kunne ikke leses som root.',
      en: 'The files could not be read as root.',
    });
  const files = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    const [, path = '', word = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (path !== '/etc/passwd') files.set(path, [...(files.get(path) ?? []), word]);
  }
  const program = new RegExp(`^(?:${backupPrograms}|RESTIC_REPOSITORY|BORG_REPO)$`);
  const settings = /^\/etc\/(?:borgmatic|restic|rsnapshot)|^\/root\//;
  return [...files]
    .map(([path, words]) => ({ path, words }))
    .filter(({ path, words }) => settings.test(path) || words.some((word) => program.test(word)));
}

const isTarget = (word: string): boolean => /[:@]/.test(word) && !/^(?:[a-z]+:)?file:/.test(word);

/** `s3:https://host/bucket` and `rest:https://…` contain the host's name; `s3:bucket` and `b2:bucket` contain none. */
function targetOf(word: string): string {
  const inner = word.replace(/^(?:rest|s3|swift|rclone|webdav):(?=[a-z]+:\/\/)/, '');
  const sftp = inner.replace(/^sftp:(?!\/\/)/, '');
  return /^(?:s3|b2|gs|azure|rclone|swift):/.test(sftp) ? sftp : hostOf(sftp);
}

export function backupEndpoints(parts: Parts): Endpoint[] {
  const named = backupFiles(parts).flatMap(({ path, words }) =>
    words.filter(isTarget).map((word) => ({ target: targetOf(word), from: path })),
  );
  const remotes = rcloneFiles.flatMap((from) =>
    linesOf(parts.maybe(from) ?? '').flatMap((line) => {
      const [, key, value = ''] = /^(host|endpoint|type)\s*=\s*(\S+)$/.exec(line) ?? [];
      if (key === undefined) return [];
      return [{ target: key === 'type' ? `rclone ${value}` : hostOf(value), from }];
    }),
  );
  return [...named, ...remotes.filter(({ target }) => !/^rclone (?:sftp|webdav|ftp|local|crypt|http)$/.test(target))];
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'where/backups',
    chapter: 'where',
    title: { nb: 'Hvor sikkerhetskopier går', en: 'Where backups go' },
    expected: {
      nb: 'Sikkerhetskopier som verten tar, går til innehavere innenfor egen grense.',
      en: 'Backups that the host makes go to holders inside your own limit.',
    },
    // Where copies go does not show whether they can be restored, so GDPR art. 32 and NSM 2.9 are not listed.
    basis: ['GDPR art. 5', 'GDPR art. 28', 'GDPR art. 44-49', 'SOV-3'],
    questions: [backups, hostsFile],
    judge: (answered, context) => {
      const parts = answered(backups);
      const files = backupFiles(parts);
      const endpoints = backupEndpoints(parts);
      if (files.length > 0 && endpoints.length === 0)
        return notEvaluated(
          {
            nb: `Det kjøres programmer for kopiering (${files.map(({ path }) => path).join(', ')}), men filene viser ikke hvor kopiene går.`,
            en: `Programs that make copies run (${files.map(({ path }) => path).join(', ')}), but the files do not show where the copies go.`,
          },
          files.map(({ path, words }) => `${path}: ${words.join(' ')}`).join('\n'),
        );
      const judged = judgeEndpoints(endpoints, context, {
        traffic: 'data',
        none: notEvaluated({
          nb: 'Fant ingen kjente programmer for sikkerhetskopi i cron, systemd, /usr/local eller /root. Det er ikke kjent om det tas sikkerhetskopier, hvor de er, eller om de kan gjenopprettes. Kopier som leverandøren tar av disken, ses ikke fra verten.',
          en: 'No known backup program was found in cron, systemd, /usr/local or /root. It is not known whether backups are made, where they are, or whether they can be restored. The host cannot see copies of the disk that the provider makes.',
        }),
        relays: false,
        proves: ['persistent'],
        also: {
          nb: 'En sikkerhetskopi inneholder alt som er på verten.',
          en: 'A backup contains everything that is on the host.',
        },
      });
      if (endpoints.length === 0) return judged;
      const limit = {
        nb: 'Kontrollen ser ikke om kopiene lykkes og kan gjenopprettes.',
        en: 'This check does not see whether the copies succeed and can be restored.',
      };
      return { ...judged, words: join(judged.words, limit) };
    },
  }),
];
