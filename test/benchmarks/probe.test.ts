import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleProbe } from '../../benchmarks/probe.ts';
import { loadCommand } from '../../benchmarks/queue/probe.ts';
import { projectRoot } from '../support/command-line.ts';

it.each(['benchmarks/queue/probes', 'benchmarks/budgets/probes'])(
  'every program of %s is one text by itself',
  async (folder) => {
    const names = readdirSync(join(projectRoot, folder));
    const texts = await Promise.all(names.map((name) => bundleProbe(projectRoot, join(folder, name))));
    for (const text of texts) expect(text).not.toMatch(/^import .* from "(?!node:)[./a-z]/m);
  },
);

it('the load of the queue is closed in, and has the broker at its place', () => {
  const { script } = loadCommand('jernverk/a:1', 42, { count: 1 });
  expect(script).toMatch(/--network none .*--read-only --cap-drop ALL .*--memory 512m/);
  expect(script).toContain('type=bind,source=/run/jernverk/broker,target=/run/jernverk/broker,readonly');
  expect(script).toContain('source=/proc/42/status,target=/run/jernverk/broker-status,readonly');
  expect(script).toMatch(/--entrypoint \/usr\/bin\/node jernverk\/a:1 --max-old-space-size=320 --input-type=module -$/);
});
