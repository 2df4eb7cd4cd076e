import { expect, it } from 'vitest';
import { startWatch } from '../../../benchmarks/cpu/watch.ts';
import { eventually } from '../../support/eventually.ts';
import { LocalHost } from '../../support/local-host.ts';

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
  const host = new LocalHost();
  const watch = startWatch(host);
  await eventually(() => watch.samples().length >= 1);
  await host.loseFollowed();
  await watch.stop();
  expect(watch.samples().length).toBeGreaterThanOrEqual(1);
});
