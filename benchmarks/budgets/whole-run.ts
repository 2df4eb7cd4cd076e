import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';

export interface WholeRun {
  readonly milliseconds: number;
  /** CPU time of the process and of all processes that it started and waited for, in milliseconds. */
  readonly cpuMilliseconds: number;
  readonly output: string;
}

interface Options {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes other than 0 that are valid results. */
  readonly accept?: readonly number[];
}

/** Runs a program from start to end, as a person does. Throws Error with its output if it fails. */
export async function runWhole(argv: readonly string[], { cwd, env = {}, accept = [] }: Options): Promise<WholeRun> {
  const [program = '', ...words] = argv;
  const [started, cpu] = [performance.now(), childrenCpu()];
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', CI: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  const milliseconds = performance.now() - started;
  if (code !== 0 && !accept.includes(code)) throw new Error(`${argv.join(' ')} ended with ${code}:\n${output}`);
  return { milliseconds, cpuMilliseconds: childrenCpu() - cpu, output: stripVTControlCharacters(output) };
}

/**
 * Milliseconds of CPU time of all ended children and their children: cutime and cstime of proc(5), in ticks of 10 ms.
 */
function childrenCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
