import { CommandFailed, HostError, InputError, type JernverkError, messageOf } from '../../lib/errors.ts';
import type { Command } from '../../lib/shell.ts';
import type { Ending, Running } from './channel.ts';
import type { Connection } from './connection.ts';
import { fingerprint, type HostKey } from './key.ts';
import { redact } from './redact.ts';

type Target = Pick<Connection, 'name' | 'address' | 'port'>;

const at = ({ name, address, port }: Target): string => `${name} (${address} port ${port})`;

const tailLines = 20;
const tailCharacters = 4_000;

/**
 * Characters that are redacted. More than are shown, so that a private key is seen whole. Not all, because a host may
 * print a lot and redacting takes time.
 */
const redactedCharacters = 16_384;

const tail = (text: string): string =>
  redact(text.slice(-redactedCharacters)).trimEnd().split('\n').slice(-tailLines).join('\n').slice(-tailCharacters);

/** The first line is enough to find a script again. The rest would bury the reason. */
function title({ script }: Command): string {
  const [first = '', ...rest] = redact(script).trim().split('\n');
  const short = first.length > 120 ? `${first.slice(0, 119)}…` : first;
  return rest.length > 0 ? `${short} … (${rest.length + 1} lines)` : short;
}

export function commandFailed(name: string, command: Command, ending: Ending): CommandFailed {
  const how = ending.status === null ? `was ended by ${ending.signal}` : `exited with ${ending.status}`;
  const stderr = tail(ending.stderr);
  return new CommandFailed(
    'COMMAND_FAILED',
    `on ${name}, the command ${how}: ${title(command)}${stderr === '' ? '' : `\n${stderr}`}`,
    {
      command: title(command),
      status: ending.status,
      stderr,
    },
  );
}

const afterwards = (stopped: boolean): string =>
  stopped ? 'it was stopped' : 'it could not be stopped and may still run';

/** `asks`: the command was a question. Then nothing failed, but the answer is unknown. */
export function timedOut(
  name: string,
  command: Command,
  timeoutMs: number,
  stopped: boolean,
  asks: boolean,
): JernverkError {
  const after = afterwards(stopped);
  if (asks) return noAnswer(name, `${title(command)}; ${after}`, timeoutMs);
  return new CommandFailed(
    'COMMAND_TIMEOUT',
    `on ${name}, the command did not end within ${timeoutMs / 1000} seconds; ${after}: ${title(command)}`,
    {
      command: title(command),
      status: null,
      stderr: '',
    },
  );
}

export function keyMismatch(connection: Connection, pinned: HostKey, offered: HostKey): HostError {
  return new HostError(
    'HOST_KEY_MISMATCH',
    `${at(connection)} has a different host key from the pinned one; nothing was sent to it
  pinned   ${pinned.type} ${fingerprint(pinned)}
  offered  ${offered.type} ${fingerprint(offered)}`,
    {
      hint: `if the host was reinstalled, compare the fingerprint on its console and run: ./jernverk trust ${connection.name} --replace; otherwise somebody may be in between`,
    },
  );
}

export function noSudo(connection: Connection, ending: Ending): HostError {
  const reason = tail(ending.stderr).split('\n').at(-1) || `sudo exited with ${ending.status}`;
  return new HostError(
    'HOST_NO_SUDO',
    `the user ${connection.user} on ${at(connection)} cannot become root without a password: ${reason}`,
    {
      hint: `connect as root, or allow it on the host: echo '${connection.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${connection.user}`,
    },
  );
}

/** Returns the error if `sudo` refused before the script ran. Undefined if it did not. */
export function refusedBySudo(connection: Connection, noise: string, ending: Ending): HostError | undefined {
  if (ending.status === 0 || !/^sudo: |not allowed to|not in the sudoers/m.test(noise)) return undefined;
  return noSudo(connection, { ...ending, stderr: noise });
}

/** The script did not start in time, or the login shell read input that was meant for the script. */
export function notBegun(connection: Target, running: Pick<Running, 'stage' | 'noise'>, how: string): HostError {
  const said = tail(running.noise());
  const read = running.stage() === 'shell';
  if (how === silent && !read && said === '') {
    return new HostError(
      'HOST_SILENT',
      `${at(connection)} accepts the login and commands, but does not run them: ${how}`,
      {
        hint: 'look at what its login shell does at its start, and at the load and the disks of the host',
      },
    );
  }
  const took = read ? 'it read the standard input that was meant for our script' : how;
  return new HostError(
    'HOST_LOGIN_SHELL',
    `the login shell of ${at(connection)} prints or reads; our script did not start: ${took}${said === '' ? '' : `; it said:\n${said}`}`,
    {
      hint: `begin its startup file on the host (.bashrc, .zshenv) with: [ -n "$PS1" ] || return; in fish: status is-interactive; or exit; or give the user a plain shell: chsh -s /bin/sh`,
    },
  );
}

/** The reason for `notBegun` if time ran out. */
export const silent = 'no output came in time';

export function answerTooLong(name: string, command: Command, what: string, stopped: boolean): HostError {
  const after = afterwards(stopped);
  return new HostError('HOST_ANSWER_TOO_LONG', `${name} says ${what}; ${after}: ${title(command)}`, {
    hint: 'look on the host at what it prints; nothing of it was used',
  });
}

export function noAnswer(name: string, what: string, withinMs: number): HostError {
  return new HostError('HOST_SILENT', `${name} did not answer within ${withinMs / 1000} seconds: ${what}`, {
    hint: 'look at the load and the disks of the host, and run the same again',
  });
}

export function noChannel(connection: Connection, cause: unknown): HostError {
  return new HostError(
    'HOST_REFUSED',
    `${at(connection)} accepts the login, but refuses to run commands: ${reasonOf(cause)}`,
    {
      hint: 'look for MaxSessions, ForceCommand and PermitTTY in its sshd_config, and for its log: journalctl -u ssh',
      cause,
    },
  );
}

/** `closed`: Jernverk closed the connection. Otherwise the network or the host did. */
export function lost(connection: Connection, closed: boolean, cause: unknown): HostError {
  if (closed) return new HostError('HOST_CLOSED', `the connection to ${connection.name} is closed`);
  return new HostError(
    'HOST_LOST',
    `the connection to ${at(connection)} was lost${cause ? `: ${reasonOf(cause)}` : ''}; whether its last command finished is not known`,
    {
      hint: 'run the command again; what is done already is left as it is',
      cause,
    },
  );
}

/** `ended`: whether the commands that ran there have ended. */
export const interruptedAt = (name: string, ended: boolean): HostError =>
  new HostError('HOST_INTERRUPTED', `interrupted; what ran on ${name} ${ended ? 'was ended' : 'may go on there'}`);

/** Turns ssh2's error about a failed connection into one that says what to do. */
export function asHostError(connection: Target & { readonly user?: string }, cause: unknown): JernverkError {
  const reason = reasonOf(cause);
  if (/^Cannot parse privateKey/.test(reason)) {
    const encrypted = /[Ee]ncrypted/.test(reason);
    return new InputError(
      'HOST_IDENTITY',
      `the private key for ${connection.name} is ${encrypted ? 'protected by a passphrase' : 'not one that can be read'}`,
      {
        hint: encrypted
          ? 'leave ssh.identity out and load the key into an agent: ssh-add'
          : 'name a private key file in ssh.identity',
        cause,
      },
    );
  }
  if (/authentication methods failed/.test(reason)) {
    return new HostError('HOST_LOGIN', `${at(connection)} does not let the user ${connection.user} in with this key`, {
      hint: `add the public key to ~${connection.user}/.ssh/authorized_keys on the host, or name another key in ssh.identity`,
      cause,
    });
  }
  return new HostError('HOST_UNREACHABLE', `cannot reach ${at(connection)}: ${reason}`, {
    hint: 'check that the host is up, the address and port are right and its firewall lets SSH in',
    cause,
  });
}

/** An error for several addresses at once has an empty message of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return messageOf(cause);
}
