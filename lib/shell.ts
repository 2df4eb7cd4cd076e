/**
 * Commands are values: pure builders make them, `Host` runs them. They are POSIX sh, because Debian's `/bin/sh` is
 * dash. The quoting of zx (`$'…'`) works in bash only; dash garbles it.
 */
export interface Command {
  readonly script: string;
}

type Argument = string | number | Command | readonly (string | number)[];

/** Puts a word into POSIX single quotes. A word that needs no quotes stays as it is. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function render(argument: Argument): string {
  if (typeof argument === 'string') return quote(argument);
  if (typeof argument === 'number') return String(argument);
  if ('script' in argument) return argument.script;
  return argument.map((word) => quote(String(word))).join(' ');
}

/**
 * Returns a command from a template. Interpolated strings are quoted, arrays become quoted words, commands are inserted
 * as they are. Backslashes go to the shell, except the two that a template needs itself: before `${` and before a
 * backquote.
 *
 * @example sh`systemctl restart ${unit}`
 */
export function sh(template: TemplateStringsArray, ...values: readonly Argument[]): Command {
  const parts = template.raw.map((part, index) => {
    const argument = values[index];
    return part.replace(/\\(?=\$\{|`)/g, '') + (argument === undefined ? '' : render(argument));
  });
  return { script: parts.join('') };
}

/** Returns a command with the script text as it is, unquoted. For constants of the program only, never for input. */
export const raw = (script: string): Command => ({ script });

/** `a && b`: stops at the first failure. */
export const all = (...commands: readonly Command[]): Command => raw(commands.map((c) => c.script).join(' && '));

/** One command per line, for a script that runs under `set -eu`. */
export const lines = (...commands: readonly Command[]): Command => raw(commands.map((c) => c.script).join('\n'));
