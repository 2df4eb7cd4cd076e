import { spawn } from 'node:child_process';
import { LabError } from './errors.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input. Default: empty. */
  readonly input?: string;
  /** Milliseconds until the program is killed. Default: 2 minutes. */
  readonly timeoutMs?: number;
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

/**
 * Runs a program of this machine, without a shell, and returns its standard output. Rejects with a `LAB_COMMAND` error.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { env, input = '', timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      env: { ...process.env, LC_ALL: 'C', ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      const text = missing ? `the program ${program} is not installed (see lab/packages.txt)` : error.message;
      reject(new LabError('LAB_MACHINE', text, error));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const how = signal === null ? `exit code ${code}` : `signal ${signal} (limit ${timeoutMs / 1000} s)`;
      reject(new LabError('LAB_COMMAND', `${program} ${args.join(' ')}: ${how}\n${lastLines(stderr || stdout)}`));
    });
    child.stdin.on('error', () => {}); // a program that does not read its input closes the pipe: not a failure
    child.stdin.end(input);
  });
}

/** Returns whether the program ends with exit code 0. */
export async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args);
    return true;
  } catch (error) {
    if (error instanceof LabError && error.code === 'LAB_COMMAND') return false;
    throw error;
  }
}
