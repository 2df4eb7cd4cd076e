import { describe, expect, it } from 'vitest';
import { describeResult } from '../../../benchmarks/report/describe.ts';
import { describeHistory } from '../../../benchmarks/report/history.ts';
import { renderHtml } from '../../../benchmarks/report/page.ts';
import type { Result } from '../../../benchmarks/result.ts';
import { judgedAsMachine } from '../../../benchmarks/run/container.ts';
import { rendered } from '../../../lib/terminal.ts';
import { about, hostile, hostileRun, run } from './fixtures.ts';

const shown = (result: Result, colours = false): string[] =>
  describeResult(result).map((line) => rendered(line, colours));

describe('a run in the terminal', () => {
  it('has the verdicts with sign and word, worst first, and a line of key figures a suite', () => {
    const lines = shown(run('contaminated'));
    expect(lines[0]).toBe('cloud-7: bad for a queue host (3 bad, 2 unknown, 2 fair, 2 good)');
    expect(lines[1]).toMatch(/^ {2}✗ bad {5}fdatasync takes 14\.5 ms .* Limit: at most 10 ms/);
    expect(lines.slice(4, 6).every((line) => line.startsWith('  ? unknown '))).toBe(true);
    expect(lines.slice(10)).toEqual([
      '  disk      fdatasync, 99 % 15.7 ms; random writes, 64 at a time 1,740/s; 8 contaminated',
      '  cpu       steal, at most 19.9 %; longest hold-up 59.2 ms',
      '  network   round trip to the exchange city, median 22.1 ms',
      '  queue     confirmed jobs 5,720/s; drain 5,750/s',
    ]);
  });

  it('of a container is no verdict on a machine: that first, then the figures', () => {
    const good = run('good');
    const host = { ...good.host, virtualization: 'lxc' };
    const result = { ...good, host, verdicts: judgedAsMachine(good.verdicts, host, { gate: [] }) };
    const lines = shown(result);
    expect(lines[0]).toMatch(/^osl-1: not a machine to judge \(\d+ unknown\)$/);
    expect(lines[1]).toMatch(/^ {2}\? unknown the host is a container \(lxc\), so there is no machine to judge/);
    expect(lines.at(-1)).toContain('confirmed jobs');
    expect(renderHtml(about(result))).toContain('osl-1: not a machine to judge');
    expect(lines.join('\n')).not.toMatch(/(good|bad) for a queue host/);
  });

  it('says what is missing and why, and never shows a figure that nobody measured', () => {
    const text = shown(run('partial')).join('\n');
    expect(text).toContain('trd-2: not everything is known (2 unknown, 1 fair), quick run');
    expect(text).toContain('disk      fdatasync, 99 % 1.29 ms; only in part; the host closed the connection');
    expect(text).toContain('queue     not measured; not reached: the host died before');
    expect(shown(run('unmeasured')).join('\n')).not.toMatch(/\b(cpu|queue) {2}/);
  });

  it('is the same with colours, but for the colours', () => {
    const plain = shown(run('good')).join('\n');
    const painted = shown(run('good'), true).join('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours are made of
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(painted).not.toBe(plain);
  });

  it('lets no control character of a host through', () => {
    const result = hostileRun();
    const name = `a\u001b[2J\u0007\nb${hostile}`;
    expect(shown({ ...result, host: { ...result.host, name } })[0]).toMatch(/^a\\u\{001b\}\[2J\\u\{0007\} b/);
  });
});

describe('the history in the terminal', () => {
  it('has a line a run within 100 columns, and says below what the columns are', () => {
    const lines = describeHistory([run('good'), { ...run('unmeasured'), quick: true }]);
    expect(lines[0]).toMatch(/^start +fdatasync {2}writes +steal +hold-up {2}round trip {2}confirmed {2}drain$/);
    expect(lines[1]).toMatch(/^2026-11-23 08:00 UTC {2}~ .*861 µs .*54,700\/s/);
    expect(lines[2]).toMatch(/quick +– /);
    expect(lines[3]).toBe('');
    expect(lines.slice(4)).toContain('hold-up     longest hold-up');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
