import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { quote } from '../lib/shell.ts';
import type { Connection } from './state.ts';

/** Milliseconds for one attempt to read the banner. */
const attemptMs = 2_000;

/**
 * Returns whether an SSH server sends its banner there. An open port proves nothing: user networking always accepts.
 */
export function sshAnswers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(attemptMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', (data) => finish(data.toString('latin1').startsWith('SSH-')));
  });
}

/** Waits for the banner. Returns false when `deadlineMs` (of Date.now) has passed or `stillRuns` returns false. */
export async function waitForSsh(
  address: string,
  port: number,
  deadlineMs: number,
  stillRuns: () => Promise<boolean>,
): Promise<boolean> {
  while (Date.now() < deadlineMs) {
    if (await sshAnswers(address, port)) return true;
    if (!(await stillRuns())) return false;
    await pause(50);
  }
  return false;
}

/** Returns the known_hosts entry of a host. A port other than 22 is part of the name. */
export function knownHostsLine(connection: Connection): string {
  const { address, port, hostKey } = connection;
  return `${port === 22 ? address : `[${address}]:${port}`} ${hostKey}\n`;
}

/**
 * Returns the arguments for the OpenSSH client: only this key, only this host key, nothing from the user's
 * configuration. ssh joins words with spaces for a shell on the host, so they are quoted. A single word is a command
 * line for that shell, as with ssh.
 */
export function sshArguments(connection: Connection, folder: string, command: readonly string[]): readonly string[] {
  return [
    '-F',
    'none',
    '-i',
    connection.identity,
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    'StrictHostKeyChecking=yes',
    '-o',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    '-o',
    'LogLevel=ERROR',
    '-p',
    String(connection.port),
    `${connection.user}@${connection.address}`,
    ...(command.length > 1 ? command.map(quote) : command),
  ];
}

/** Runs the OpenSSH client on this terminal. Returns its exit code. */
export function runSsh(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...args], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
