import type { Check } from '../check.ts';
import { fail, hostCheck, notEvaluated, pass } from './judgement.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

/** `passwd -S` says for each password whether it is set (P), locked (L) or empty (NP). No hash leaves the host. */
const accounts = question(
  'accounts',
  `part accounts getent passwd
part passwords ${asRoot('passwords')}`,
);

const noShell = /\/(?:nologin|false|sync)$/;

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/passwords',
    chapter: 'access',
    title: { nb: 'Kontoer med skall og passord', en: 'Accounts with a shell and a password' },
    expected: {
      nb: 'Ingen konto med skall har et passord som virker, eller et tomt.',
      en: 'No account with a shell has a working or an empty password.',
    },
    basis: ['GDPR art. 32', 'NSM 2.6', 'SOV-7'],
    questions: [accounts],
    judge: (answered) => {
      const parts = answered(accounts);
      const all = linesOf(parts.need('accounts')).map((line) => line.split(':'));
      const shells = new Map(all.map((fields): [string, string] => [fields[0] ?? '', fields[6] ?? '']));
      const passwords = linesOf(parts.need('passwords')).map((line) => {
        const [name = '', state = ''] = line.split(' ');
        return { name, state, shell: shells.get(name) ?? '' };
      });
      if (all.length === 0 || !passwords.some(({ name }) => name === 'root'))
        throw unreadable('kontoene mangler', 'the accounts are missing');
      const known = new Set(passwords.map(({ name }) => name));
      const untold = [...shells]
        .filter(([name, shell]) => !known.has(name) && !noShell.test(shell))
        .map(([name]) => name);
      // An empty field means /bin/sh (passwd(5)).
      const usable = passwords.filter(({ name, shell }) => shells.has(name) && !noShell.test(shell));
      const observed = usable.map(({ name, state, shell }) => `${name} ${state} ${shell}`).join('\n');
      const set = usable.filter(({ state }) => state !== 'L' && state !== 'LK');
      if (set.length > 0)
        return fail(
          {
            nb: `Disse har passord eller tomt passord (NP): ${set.map(({ name, state }) => `${name} ${state}`).join(', ')}.`,
            en: `These have a password or an empty one (NP): ${set.map(({ name, state }) => `${name} ${state}`).join(', ')}.`,
          },
          observed,
          ['running', 'persistent'],
        );
      if (untold.length > 0)
        return notEvaluated(
          {
            nb: `Verten vet ikke selv om disse har passord: ${untold.join(', ')}.`,
            en: `The host itself does not know whether these have a password: ${untold.join(', ')}.`,
          },
          observed,
        );
      return pass(
        {
          nb: `${usable.length} kontoer har skall, og passordet til hver av dem er låst.`,
          en: `${usable.length} accounts have a shell, and the password of each is locked.`,
        },
        observed,
        ['running', 'persistent'],
      );
    },
  }),
];
