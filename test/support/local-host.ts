import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from '../../lib/shell.ts';
import type { Host, Output, RunOptions } from '../../provision/ssh/host.ts';

/**
 * A host that is this machine, without SSH and without input, for tests of what uses `Host`. Records what was run and
 * how often it was asked.
 */
export class LocalHost implements Host {
  readonly name = 'here';
  readonly ran: string[] = [];
  captures = 0;
  #following: ChildProcess | null = null;

  async run(command: Command, options: RunOptions = {}): Promise<Output> {
    this.ran.push(command.script);
    return outputOf(start(command), options);
  }

  async capture(command: Command): Promise<string> {
    this.captures += 1;
    return (await outputOf(start(command), {})).stdout;
  }

  test(command: Command): Promise<boolean> {
    return outputOf(start(command), {}).then(
      () => true,
      () => false,
    );
  }

  async follow(command: Command, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const child = start(command);
    this.#following = child;
    signal.addEventListener('abort', () => child.kill('SIGKILL'));
    await outputOf(child, { onLine }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** Does what a lost connection does to the command that is being followed. */
  async loseFollowed(): Promise<void> {
    if (this.#following === null) throw new Error('nothing is followed');
    const exited = once(this.#following, 'exit');
    this.#following.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** In a session of its own, as sshd does it. */
const start = (command: Command): ChildProcess =>
  spawn('sh', ['-euc', command.script], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });

function outputOf(child: ChildProcess, { onLine }: RunOptions): Promise<Output> {
  return new Promise((resolve, reject) => {
    let [stdout, stderr, partial] = ['', '', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`exit code ${code}: ${stderr.trim()}`));
    });
  });
}
