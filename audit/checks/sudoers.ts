import { type RootCommand, rootCommands } from './root-commands.ts';

const administration: ReadonlySet<string> = new Set(['sshd', 'nft']);
const pathOf = (program: string): string => `/usr/${administration.has(program) ? 'sbin' : 'bin'}/${program}`;

/** In sudoers(5) these end an argument or stand for others unless a backslash is before them. */
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
 * A file for /etc/sudoers.d that lets one account, which may do nothing else, ask what the audit asks. Each rule is one
 * command with all its arguments.
 */
export const sudoersFile = (account: string): string =>
  [
    '# What `jernverk audit` asks as root. It reads and changes nothing.',
    ...rules.map(({ as, command }) => `${account} ALL=(${as}) NOPASSWD: ${command}`),
    '',
  ].join('\n');

/** cvtsudoers leaves out the backslashes that only sudoers(5) needs; those before a pattern's characters it keeps. */
const asConverted = (command: string): string => command.replaceAll(/\\([,:=# ])/g, '$1');
const listed: ReadonlySet<string> = new Set(rules.map(({ command }) => asConverted(command)));

/** Whether a command of a sudo rule is one that the audit asks for itself. */
export const isListed = (command: string): boolean => listed.has(asConverted(command));
