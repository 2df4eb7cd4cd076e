import type { Check } from '../check.ts';
import { fail, hostCheck, notEvaluated, pass } from './judgement.ts';
import { linesOf } from './parts.ts';
import { bootedAt, bootQuestion, newest, proofsOf } from './proofs.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

export const sshd = question(
  'sshd',
  `rtool effective ${asRoot('sshd')}
match() {
  for path in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do [ ! -e "$path" ] || [ -r "$path" ] || return 1; done
  cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null | sed -n -E '/^[[:space:]]*Match[[:space:]]/I,$p' | grep -iE '^[[:space:]]*(Match|PasswordAuthentication|KbdInteractiveAuthentication|PermitRootLogin|PermitEmptyPasswords|AuthorizedKeys[A-Za-z]*|ForceCommand)[[:space:]]' || true
}
part match match
changed() { find /etc/ssh -maxdepth 2 -name '*.conf' -o -maxdepth 1 -name sshd_config | xargs -r stat -c '%Y'; }
part changed changed
part unit systemctl show --timestamp=unix --property=ActiveState,UnitFileState,ActiveEnterTimestamp ssh.service ssh.socket`,
);

/** Settings that allow a log-in by password, and the values that prevent it. */
const closed: Readonly<Record<string, RegExp>> = {
  passwordauthentication: /^no$/,
  kbdinteractiveauthentication: /^no$/,
  permitemptypasswords: /^no$/,
  permitrootlogin: /^(?:no|prohibit-password|without-password|forced-commands-only)$/,
};

export function sshdSettings(effective: string): ReadonlyMap<string, string> {
  return new Map(
    linesOf(effective).map((line): [string, string] => {
      const [key = '', ...value] = line.split(' ');
      return [key.toLowerCase(), value.join(' ')];
    }),
  );
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/ssh-server',
    chapter: 'access',
    title: { nb: 'Innlogging med SSH', en: 'Log-in by SSH' },
    expected: {
      nb: 'SSH slipper inn med nøkkel, aldri med passord.',
      en: 'SSH accepts keys, never passwords.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.6', 'SOV-7'],
    questions: [sshd, bootQuestion],
    judge: (answered) => {
      const parts = answered(sshd);
      const settings = sshdSettings(parts.need('effective'));
      const open = Object.entries(closed).filter(([key, good]) => !good.test(settings.get(key) ?? ''));
      const exceptions = linesOf(parts.need('match'));
      const openInMatch = exceptions.filter((line) =>
        /^(?:(?:PasswordAuthentication|KbdInteractiveAuthentication|PermitEmptyPasswords|PermitRootLogin)\s+yes)\b/i.test(
          line,
        ),
      );
      const observed = [...Object.keys(closed), 'authorizedkeysfile', 'authorizedkeyscommand', 'trustedusercakeys']
        .map((key) => `${key} ${settings.get(key) ?? ''}`)
        .concat(exceptions)
        .join('\n');
      const unit = parts.need('unit');
      const [, started] = /^ActiveEnterTimestamp=@(\d+)/m.exec(unit) ?? [];
      const changedAt = newest(parts.need('changed'));
      const proves = proofsOf({
        // sshd reads its files when it starts.
        running: started !== undefined && changedAt !== null && changedAt < Number(started),
        persistent: /^UnitFileState=enabled$/m.test(unit),
        changedAt,
        bootedAt: bootedAt(answered(bootQuestion).need('times')),
      });
      const broken = [...open.map(([key]) => `${key} ${settings.get(key) ?? '?'}`), ...openInMatch];
      if (broken.length > 0)
        return fail(
          {
            nb: `Oppsettet av SSH slipper inn med passord eller uten: ${broken.join('; ')}. Kontrollen av kontoer viser om noen konto har et passord.`,
            en: `The SSH settings allow log-in with a password, or without one: ${broken.join('; ')}. The check of accounts shows whether any account has a password.`,
          },
          observed,
          proves,
        );
      if (!proves.includes('running'))
        return notEvaluated(
          {
            nb: 'Filene slipper bare inn med nøkkel, men de er endret etter at SSH startet. Det er ikke kjent hva tjeneren som kjører, slipper inn.',
            en: 'The files accept keys only, but they were changed after SSH was started. It is not known what the running server accepts.',
          },
          observed,
          proves,
        );
      return pass({ nb: 'SSH slipper bare inn med nøkkel.', en: 'SSH accepts keys only.' }, observed, proves);
    },
  }),
];
