import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { type Counts, countVitest } from './counts.ts';

/** One part of `./jernverk test`. The list is in the order in which they run. */
export interface Part {
  readonly name: string;
  readonly meaning: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** A check is one test and prints nothing if it passes. A suite prints its own output and counts its own tests. */
  readonly kind: 'check' | 'suite';
  /** Runs while the later parts run, and prints its output when it ends. */
  readonly beside?: true;
  /** Takes hours. It runs only if it is named, and without a time limit. */
  readonly long?: true;
}

const program = (name: string): string => `node_modules/.bin/${name}`;
const reportOf = (name: string): string => `.jernverk/test/${name}.json`;

const check = (name: string, meaning: string, ...command: Part['command']): Part => ({
  name,
  meaning,
  command,
  kind: 'check',
});

const suite = (name: string, meaning: string): Part => ({
  name,
  meaning,
  command: [
    program('vitest'),
    'run',
    `--project=${name}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportOf(name)}`,
  ],
  kind: 'suite',
});

export const parts: readonly Part[] = [
  check(
    'lint',
    'format, lint and import rules',
    program('biome'),
    'ci',
    '--colors=off',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    '.',
  ),
  // Code that runs within a page is compiled with the browser's names. No other code may use them.
  check('types', 'the TypeScript compiler', 'sh', '-c', `${program('tsc')} -p . && ${program('tsc')} -p test/browser`),
  check('unused', 'files, exports and packages that nothing uses', program('knip')),
  check(
    'shell',
    'shellcheck of the programs for hosts, and of jernverk',
    'sh',
    '-c',
    "find jernverk .ci/run provision benchmarks -type f \\( -name jernverk -o -name run -o -name '*.sh' -o -name '*.bash' \\) -exec shellcheck {} +",
  ),
  // It takes as long as all the others together, which mostly wait for hosts, so it starts first.
  { ...suite('vm', 'tests on qemu hosts: kernel, reboot, power cut'), beside: true },
  suite('unit', 'fast tests without a host'),
  suite('browser', 'pages in a real browser'),
  suite('lab', 'tests on nspawn hosts; needs root'),
  { ...suite('long', 'hundreds of killed deploys, hours; only if it is named'), long: true },
];

export interface RunOptions {
  /** Filters that are passed on to vitest. */
  readonly filters: readonly string[];
  /** Milliseconds after which the part is stopped. That is a failure. */
  readonly limitMs: number;
  /** Whether a suite prints its output while it runs, or at its end. */
  readonly live: boolean;
}

export async function runPart(part: Part, { filters, limitMs, live }: RunOptions): Promise<Counts> {
  if (part.kind === 'check') return runCheck(part, limitMs);
  await rm(reportOf(part.name), { force: true });
  const [command, ...args] = part.command;
  const status = await run(command, [...args, ...filters], live ? 'inherit' : 'pipe', limitMs);
  if (status.output !== '') console.log(status.output);
  return countVitest(await readFile(reportOf(part.name), 'utf8').catch(() => null), status.code);
}

async function runCheck({ command: [command, ...args] }: Part, limitMs: number): Promise<Counts> {
  const { code, output } = await run(command, args, 'pipe', limitMs);
  if (code !== 0) console.log(output);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], output: 'inherit' | 'pipe', limitMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', output, output] });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const limit = setTimeout(() => {
      console.log(`stopped after ${Math.round(limitMs / 1000)} s: the time limit`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 20_000).unref();
    }, limitMs);
    const end = (code: number | null, text: string): void => {
      clearTimeout(limit);
      resolve({ code, output: text });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('close', (code) => end(code, Buffer.concat(chunks).toString()));
  });
}
