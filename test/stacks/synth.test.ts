import { afterEach, expect, it, vi } from 'vitest';
import { jernverk } from '../support/command-line.ts';

afterEach(() => vi.unstubAllEnvs());

it('an environment that does not exist ends the synth with 2 and names those that do', async () => {
  vi.stubEnv('JERNVERK_ENV', 'nosuch');
  const { exitCode, stderr } = await jernverk('synth');
  expect(stderr).toContain('environments/nosuch.yaml: it does not exist\n  the environments here are local');
  expect(exitCode).toBe(2);
});
