import { expect } from 'vitest';
import { type Result, resultSchema } from '../../benchmarks/result.ts';
import { suiteNames } from '../../benchmarks/suite.ts';
import { jernverk } from './command-line.ts';

/**
 * Runs the quick form of all suites on the one host of an environment, through the command line. All of them must have
 * run to their end. How good the machine is decides nothing here. No target of the network suite answers in the lab.
 */
export async function benchQuick(environment: string): Promise<{ result: Result; folder: string }> {
  const { stdout, stderr } = await jernverk('--env', environment, '--json', 'bench', '--quick');
  const [host] = JSON.parse(stdout).hosts;
  expect(host.error, stderr).toBeNull();
  const result = resultSchema.parse(host.result);
  const states = suiteNames.map((suite) => [suite, result[suite]?.state, result[suite]?.reason]);
  expect(states).toEqual(suiteNames.map((suite) => [suite, 'complete', null]));
  expect(result.queue?.data?.drain?.drain.jobs).toBe(result.queue?.data?.drain?.backlog);
  expect(result.verdicts.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'cpu/gaps',
      'cpu/steal',
      'disk/flush',
      'disk/wal-append',
      'queue/confirmed',
      'queue/drain',
    ]),
  );
  expect(result.verdicts.find(({ suite }) => suite === 'network')).toMatchObject({ level: 'unknown' });
  return { result, folder: host.folder };
}
