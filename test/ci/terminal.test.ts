import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';
import { sources } from './sources.ts';

/** What of this writes to a terminal by itself, and why that is right. */
const others: Readonly<Record<string, string>> = {
  'lib/terminal.ts': 'it is the writer',
  'cli/interruption.ts': 'one sentence after a signal, past a list that is being drawn; it makes it printable itself',
  'provision/terraform/serve.ts': 'the handshake, which Terraform reads',
  'benchmarks/budgets/release.ts': 'a line of a worker that it writes',
  'lab/ssh.ts': 'lab shell and lab exec: the terminal is that of the host',
};

/** Whoever has a way to the terminal in hand counts, also under another name. */
const ways: readonly RegExp[] = [
  /(?<!['"])\bconsole\s*(\??\.\s*[a-z]|(\?\.)?\[)/,
  /\bprocess\s*(\??\.\s*|(\?\.)?\[\s*['"`])std(out|err)\b/,
  /=\s+(console|process)\s*[;,)\n]/,
  /['"](node:)?(console|process)['"]/,
  /stdio: *(\[[^\]]*)?'inherit'/,
  /\bwriteSync\(\s*[12]\b/,
  /['"`]\/dev\/(tty|stdout|stderr|fd\/)/,
];
const writes = new RegExp(ways.map(({ source }) => source).join('|'));

/** Two slashes inside a word are those of an address: what stands behind it is code. */
const comments = /(?<!\S)\/\/.*|\/\*[\s\S]*?\*\//g;

// Programs that run on a host or for developers: their standard output is what is read.
const all = sources.filter((path) => !/^(scripts|workers)\/|\/probes\/|^platform\/runtime\//.test(path));

describe('who writes to the terminal', () => {
  it('is lib/terminal.ts alone, which makes all of it printable', async () => {
    const texts = await Promise.all(all.map((path) => readFile(join(projectRoot, path), 'utf8')));
    const writers = all.filter((_, index) => writes.test((texts[index] ?? '').replaceAll(comments, '')));
    expect(writers.sort()).toEqual(Object.keys(others).sort());
    expect(all.length).toBeGreaterThan(200);
  });

  it.each([
    'console.log(x)',
    "console['log'](x)",
    'process.stdout.write(x)',
    "process['stderr'].write(x)",
    'writeSync(1, x)',
    'console?.log(x)',
    'lines.forEach(console.log)',
    'const { log } = console;',
    'const { stdout } = process;',
    "import { stdout } from 'node:process';",
    "import { log } from 'console';",
    "writeFileSync('/dev/tty', x)",
  ])('is found by %s', (source) => expect(source).toMatch(writes));

  it('is found behind an address', () => {
    expect("get('https://example.org/'); process.stdout.write(x)".replaceAll(comments, '')).toMatch(writes);
  });
});
