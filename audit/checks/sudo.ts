import * as z from 'zod';
import type { Check, CheckContext } from '../check.ts';
import { fail, hostCheck, notEvaluated, pass } from './judgement.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';
import { isListed } from './sudoers.ts';

/**
 * Groups whose members can become root: through Debian's sudo rule, by starting a container, or by writing to disks.
 */
const rootGroups = ['sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus-admin', 'libvirt', 'disk', 'shadow'] as const;

const sudo = question(
  'sudo',
  `rtool rules ${asRoot('sudoers')}
others() { for name in sudo sudo-rs doas; do command -v "$name" || true; done; }
part others others
groups() { for group in ${rootGroups.join(' ')}; do getent group "$group"; done; true; }
part groups groups
part accounts getent passwd`,
);

const named = z.object({
  username: z.string().optional(),
  usergroup: z.string().optional(),
  userid: z.number().optional(),
});
const rulesSchema = z.object({
  User_Specs: z
    .array(
      z.object({
        User_List: z.array(named.loose()),
        Cmnd_Specs: z.array(
          z.object({
            Options: z.array(z.record(z.string(), z.unknown())).default([]),
            Commands: z.array(z.record(z.string(), z.unknown())),
          }),
        ),
      }),
    )
    .default([]),
});

interface Rule {
  /** `ola`, `%sudo`. */
  readonly who: string;
  readonly password: boolean;
  /** Whether the caller's variables are kept: `LD_PRELOAD` turns any command into another one. */
  readonly variables: boolean;
  readonly commands: readonly string[];
}

export function sudoRules(json: string): readonly Rule[] {
  return rulesSchema.parse(JSON.parse(json)).User_Specs.flatMap(({ User_List, Cmnd_Specs }) =>
    User_List.flatMap((user) =>
      Cmnd_Specs.map(({ Options, Commands }) => ({
        who: user.usergroup === undefined ? (user.username ?? JSON.stringify(user)) : `%${user.usergroup}`,
        password: !Options.some(({ authenticate }) => authenticate === false),
        variables: Options.some(({ setenv }) => setenv === true),
        commands: Commands.map((command) => String(command.command ?? Object.values(command)[0])),
      })),
    ),
  );
}

/** Who may be root according to the environment: the account that deploys. The lab creates a second one for it. */
const expected = ({ host }: CheckContext): ReadonlySet<string> =>
  new Set(['root', host.ssh?.user ?? 'root', ...(host.lab === undefined ? [] : ['admin'])]);

/** Everybody who can become root, and how. */
export function powerful(parts: Parts): readonly { readonly who: string; readonly how: string }[] {
  const accounts = linesOf(parts.need('accounts')).map((line) => line.split(':'));
  const groups = new Map(
    linesOf(parts.filled('groups')).map((line): [string, readonly string[]] => {
      const [group = '', , id = '', members = ''] = line.split(':');
      const primary = accounts.filter((fields) => fields[3] === id && fields[2] !== '0').map(([name = '']) => name);
      return [group, [...members.split(',').filter((name) => name !== ''), ...primary]];
    }),
  );
  const rules = parts.maybe('rules');
  // An account that may only ask the audit's questions cannot become root that way.
  const strong = (rules === null ? [] : sudoRules(rules)).filter(
    ({ variables, commands }) => variables || !commands.every(isListed),
  );
  const byRule = strong.flatMap(({ who, password, commands }) => {
    const how = `sudo ${password ? '' : 'NOPASSWD '}${commands.join(', ')}`;
    if (!who.startsWith('%')) return [{ who, how }];
    return (groups.get(who.slice(1)) ?? [`${who} (?)`].filter(() => !groupKnown(who))).map((member) => ({
      who: member,
      how: `${how} (${who})`,
    }));
  });
  const byGroup = [...groups]
    .filter(([group]) => group !== 'sudo' && group !== 'wheel' && group !== 'admin')
    .flatMap(([group, members]) => members.map((who) => ({ who, how: `group ${group}` })));
  const byNumber = accounts.filter((fields) => fields[2] === '0').map(([who = '']) => ({ who, how: 'uid 0' }));
  return [...byNumber, ...byRule, ...byGroup];
}

/** Whether the audit asked about the group. getent prints nothing for one that does not exist. */
const groupKnown = (who: string): boolean => (rootGroups as readonly string[]).includes(who.slice(1));

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/root-rights',
    chapter: 'access',
    title: { nb: 'Hvem kan bli root', en: 'Who can become root' },
    expected: {
      nb: 'Bare root og den kontoen som miljøfilen logger inn med.',
      en: 'Only root and the account that the environment file logs in with.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 29', 'GDPR art. 32', 'NSM 2.6', 'SOV-4'],
    questions: [sudo],
    judge: (answered, context) => {
      const parts = answered(sudo);
      const found = powerful(parts);
      const known = expected(context);
      const unexpected = found.filter(({ who }) => !known.has(who));
      const observed = found.map(({ who, how }) => `${who}: ${how}`).join('\n');
      if (!found.some(({ who }) => who === 'root')) throw unreadable('ingen konto er root', 'no account is root');
      // cvtsudoers comes with sudo and reads only sudo's rules.
      const others = linesOf(parts.need('others'));
      const unread = parts.maybe('rules') === null ? others : others.filter((path) => !path.endsWith('/sudo'));
      if (unexpected.length > 0)
        return fail(
          {
            nb: `Disse kan bli root uten at miljøfilen nevner dem: ${unexpected.map(({ who, how }) => `${who} (${how})`).join('; ')}.`,
            en: `These can become root, but the environment file does not name them: ${unexpected.map(({ who, how }) => `${who} (${how})`).join('; ')}.`,
          },
          observed,
          ['persistent'],
        );
      if (unread.length > 0)
        return notEvaluated(
          {
            nb: `Reglene til dette programmet kan ikke leses her, så det er ikke kjent hvem det gjør til root: ${unread.join(', ')}.`,
            en: `The rules of this program cannot be read here, so it is not known whom it makes root: ${unread.join(', ')}.`,
          },
          observed,
        );
      return pass(
        {
          nb: `Bare ventede kontoer kan bli root: ${[...new Set(found.map(({ who }) => who))].join(', ')}.`,
          en: `Only expected accounts can become root: ${[...new Set(found.map(({ who }) => who))].join(', ')}.`,
        },
        observed,
        ['persistent'],
      );
    },
  }),
];
