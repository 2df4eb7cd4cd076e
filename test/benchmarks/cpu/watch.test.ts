import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startWatch } from '../../../benchmarks/cpu/watch.ts';
import { HostError } from '../../../lib/errors.ts';
import type { Command } from '../../../lib/shell.ts';
import { eventually } from '../../support/eventually.ts';
import { LocalHost } from '../../support/local-host.ts';

const looks = readFileSync(join(import.meta.dirname, '../../fixtures/benchmarks/cpu/looks.txt'), 'utf8');

/** Answers three looks, and then the connection is gone. */
class LostHost extends LocalHost {
  override async follow(_: Command, onLine: (line: string) => void): Promise<void> {
    for (const line of looks.split('\n')) onLine(line);
    throw new HostError('HOST_LOST', 'the connection is gone');
  }
}

it('watches a host until it is stopped, on the clock that it is given', async () => {
  const started = performance.now();
  const watch = startWatch(new LocalHost(), () => 5000 + performance.now() - started);
  await eventually(() => watch.samples().length >= 2);
  await watch.stop();
  const [first, second] = watch.samples();
  expect(first?.at_ms).toBeGreaterThan(5000);
  expect(second?.at_ms).toBeLessThanOrEqual(5000 + performance.now() - started);
  const [before, after] = [first?.at_ms ?? 0, second?.at_ms ?? 0];
  expect(after - before).toBeGreaterThanOrEqual(900);
});

it('keeps its samples and does not fail where the host is lost', async () => {
  const watch = startWatch(new LostHost());
  await watch.stop();
  expect(watch.samples()).toHaveLength(2);
  expect(watch.printed()).toContain('/proc/stat:cpu');
});

it('puts samples on the clock by the look that came with the least delay', () => {
  // The three looks came 300, 0 and 900 ms late.
  const uptimes = [...looks.matchAll(/^\/proc\/uptime:(\S+)/gm)].map(([, seconds]) => Number(seconds) * 1000);
  const late = [300, 0, 900];
  let look = 0;
  const watch = startWatch(new LostHost(), () => {
    const at = (uptimes[look] ?? 0) - (uptimes[0] ?? 0) + (late[look] ?? 0);
    look += 1;
    return at;
  });
  expect(watch.samples()[0]?.at_ms).toBeCloseTo((uptimes[1] ?? 0) - (uptimes[0] ?? 0));
});
