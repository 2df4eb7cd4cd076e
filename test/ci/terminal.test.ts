import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';

/** What of this writes to a terminal by itself, and why that is right. */
const others: Readonly<Record<string, string>> = {
  'provision/terminal.ts': 'it is the writer',
  'provision/cli/interruption.ts':
    'one sentence after a signal, past a list that is being drawn; it makes it printable itself',
  'provision/terraform/serve.ts': 'the handshake, which Terraform reads',
  'benchmarks/budgets/release.ts': 'a line of a worker that it writes',
  'lab/ssh.ts': 'lab shell and lab exec: the terminal is that of the host',
};

const writes =
  /\bconsole\s*(\.\s*\w+|\[[^\]]+\])\s*\(|\bprocess\s*(\.\s*|\[\s*['"])std(out|err)\b|stdio: *(\[[^\]]*)?'inherit'|\bwriteSync\(\s*[12]\b|node:console/;

const sources = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const folder of ['provision', 'benchmarks', 'audit', 'lab', 'stacks']) {
    const names = await readdir(join(projectRoot, folder), { recursive: true });
    found.push(...names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`));
  }
  // Programs that run on a host: their standard output is what we read.
  return found.filter((path) => !/^benchmarks\/(queue|budgets)\/probes\//.test(path));
};

describe('who writes to the terminal', () => {
  it('is provision/terminal.ts alone, which makes all of it printable', async () => {
    const all = await sources();
    const texts = await Promise.all(all.map((path) => readFile(join(projectRoot, path), 'utf8')));
    const writers = all.filter((_, index) =>
      writes.test((texts[index] ?? '').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
    );
    expect(writers.sort()).toEqual(Object.keys(others).sort());
    expect(all.length).toBeGreaterThan(200);
  });

  it.each([
    'console.log(x)',
    "console['log'](x)",
    'process.stdout.write(x)',
    "process['stderr'].write(x)",
    'writeSync(1, x)',
  ])('is found by %s', (source) => expect(source).toMatch(writes));
});
