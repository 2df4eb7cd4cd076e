import { spawn } from 'node:child_process';

export interface KeygenResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The purpose of a signature: one for e-mail or git must not be accepted here (PROTOCOL.sshsig). */
export const namespace = 'jernverk-evidence';

/**
 * Runs OpenSSH's ssh-keygen on this machine. Null if it is not installed. It asks for a passphrase on the terminal, not
 * on standard input.
 */
export function sshKeygen(args: readonly string[], input: string | Uint8Array, program = 'ssh-keygen') {
  return new Promise<KeygenResult | null>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A process that ends before it has read everything reports why by its exit status.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(null) : reject(error)));
    child.on('close', (status) =>
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
