import type { Check } from '../check.ts';
import { fail, hostCheck, notApplicable, notEvaluated, pass } from './judgement.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

const database = question(
  'postgresql',
  `clusters() { ls /etc/postgresql 2>/dev/null; ss -Hltn 'sport = :5432'; true; }
part clusters clusters
if command -v psql >/dev/null && [ -n "$(clusters)" ]; then
  part roles ${asRoot('databaseRoles')}
  hosts() { found=$(${asRoot('databaseHosts')}) || return; printf '%s\\n' "$found" | grep -v '^local' || true; }
  part hosts hosts
else
  missing roles; missing hosts
fi`,
);

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/database-roles',
    chapter: 'access',
    title: { nb: 'Roller i PostgreSQL', en: 'Roles of PostgreSQL' },
    expected: {
      nb: 'Bare «postgres» er superbruker, og databasen tar ikke imot fra alle adresser.',
      en: 'Only "postgres" is a superuser, and the database does not take connections from every address.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.6'],
    questions: [database],
    judge: (answered) => {
      const parts = answered(database);
      if (parts.need('clusters').trim() === '')
        return notApplicable({ nb: 'PostgreSQL er ikke på verten.', en: 'PostgreSQL is not on the host.' });
      // Versions below /etc/postgresql. The other lines are about sockets.
      const clusters = linesOf(parts.need('clusters')).filter((line) => /^\d+$/.test(line));
      const roles = linesOf(parts.need('roles')).map((line) => line.split('|'));
      const hosts = linesOf(parts.need('hosts'));
      if (roles.length === 0) throw unreadable('databasen nevnte ingen rolle', 'the database named no role');
      const observed = [...roles.map((fields) => fields.join(' ')), ...hosts].join('\n');
      const loginRoles = roles
        .filter(([, , login]) => login === 't')
        .map(([name]) => name)
        .join(', ');
      const strong = roles.filter(([name, superuser]) => superuser === 't' && name !== 'postgres');
      const everybody = hosts.filter((line) =>
        /\s(?:0\.0\.0\.0\/0|0\.0\.0\.0\s+0\.0\.0\.0|::\/0|all)\s+\S+(?:\s+\w+=\S+)*$/.test(line),
      );
      if (strong.length + everybody.length > 0)
        return fail(
          {
            nb: `Superbrukere, og regler som slipper inn alle: ${[...strong.map(([name]) => name), ...everybody].join('; ')}.`,
            en: `Superusers, and rules that let everybody in: ${[...strong.map(([name]) => name), ...everybody].join('; ')}.`,
          },
          observed,
          ['running', 'persistent'],
        );
      if (hosts.length === 0 || clusters.length > 1)
        return notEvaluated(
          {
            nb: `Bare rollene til én database ble lest. Verten har disse: ${clusters.join(', ') || 'ingen i /etc/postgresql'}.`,
            en: `Only the roles of one database were read. The host has these: ${clusters.join(', ') || 'none in /etc/postgresql'}.`,
          },
          observed,
        );
      return pass(
        {
          nb: `Roller som kan logge inn: ${loginRoles}. Ingen andre enn postgres er superbruker.`,
          en: `Roles that can log in: ${loginRoles}. Only postgres is a superuser.`,
        },
        observed,
        ['running', 'persistent'],
      );
    },
  }),
];
