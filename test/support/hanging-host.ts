import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Exec, startServer, type TestServer } from './ssh-server.ts';

/** A host on which every command hangs, except one that ends the others. Nothing else that is sent to it runs. */
export interface HangingHost {
  readonly connection: TestServer['connection'];
  /** The commands that hang now. */
  running(): readonly ChildProcess[];
  /** How many commands were sent to it since `forget`. */
  asked(): number;
  /** Whether a command was sent to it and all commands have begun. */
  quiet(): boolean;
  /** Ends what hangs, and starts the counts again from 0. */
  forget(): void;
  /** Sets whether what hangs ignores a signal to end. */
  stubborn(is: boolean): void;
  close(): Promise<void>;
}

/** Long enough for any test. */
const hang = 'sleep 600';

export async function hangingHost(): Promise<HangingHost> {
  const running = new Set<ChildProcess>();
  let [asked, silent, stubborn] = [0, 0, false];
  /**
   * The script arrives as a function whose length the command line names. Another function of that length replaces it.
   */
  const exec: Exec = async (command, channel) => {
    const length = Number(/head -c (\d+)/.exec(command)?.[1]);
    let sent = Buffer.alloc(0);
    const complete = new Promise<void>((resolve) => {
      channel.on('data', (chunk: Buffer) => {
        sent = Buffer.concat([sent, chunk]);
        if (sent.length >= length) resolve();
      });
    });
    await complete;
    asked += 1;
    const ends = sent.includes('kill -s TERM');
    // The lock counts as held when the script says so.
    const [boundary = ''] = sent.toString('latin1').split('\n');
    const script = `${boundary}\n__jernverk() {\n${stubborn ? "trap '' TERM\n" : ''}echo "held $$"\n${hang}\n}\n`;
    const payload = ends ? sent.subarray(0, length) : Buffer.from(script.padEnd(length, '#'));
    const child = spawn('sh', ['-c', command], { detached: true });
    if (!ends) running.add(child);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.stdout.once('data', () => {
      silent += 1;
    });
    child.stdin.on('error', () => undefined).write(payload);
    await once(child, 'close');
    running.delete(child);
    return child.exitCode ?? (child.signalCode ?? 'SIGKILL').slice('SIG'.length);
  };
  const server = await startServer({ exec });
  const forget = (): void => {
    for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    [asked, silent] = [0, 0];
  };
  return {
    connection: server.connection,
    running: () => [...running],
    asked: () => asked,
    quiet: () => asked > 0 && silent >= asked,
    forget,
    stubborn: (is) => {
      stubborn = is;
    },
    async close() {
      forget();
      await server[Symbol.asyncDispose]();
    },
  };
}
