import { type RootCommand, rootCommands } from './root-commands.ts';

const administration: ReadonlySet<string> = new Set(['sshd', 'nft']);
const pathOf = (program: string): string => `/usr/${administration.has(program) ? 'sbin' : 'bin'}/${program}`;

/** In sudoers(5) these characters end an argument or match others, unless a backslash precedes them. */
const escapeArgument = (argument: string): string => argument.replaceAll(/[,:=#*?[\]! ]/g, '\\$&');

const ruleOf = ({ argv: [program = '', ...rest], as }: RootCommand) => ({
  as: as ?? 'root',
  command: [pathOf(program), ...rest.map(escapeArgument)].join(' '),
});

const rules: readonly { readonly as: string; readonly command: string }[] = [
  ...new Map(
    Object.values(rootCommands)
      .map(ruleOf)
      .map((rule) => [rule.command, rule]),
  ).values(),
].sort((a, b) => (a.command < b.command ? -1 : 1));

/**
 * Returns a file for /etc/sudoers.d that lets one account, which may do nothing else, ask the audit's questions. Each
 * rule is one command with all its arguments.
 */
export const sudoersFile = (account: string): string =>
  [
    '# What `jernverk audit` asks as root. It reads and changes nothing.',
    ...rules.map(({ as, command }) => `${account} ALL=(${as}) NOPASSWD: ${command}`),
    '',
  ].join('\n');

/** cvtsudoers drops the backslashes that only sudoers(5) needs. It keeps those before the characters of a pattern. */
const asConverted = (command: string): string => command.replaceAll(/\\([,:=# ])/g, '$1');
const listed: ReadonlySet<string> = new Set(rules.map(({ command }) => asConverted(command)));

/** Whether a command of a sudo rule is one that the audit itself runs. */
export const isListed = (command: string): boolean => listed.has(asConverted(command));
