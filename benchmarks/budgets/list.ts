import type { Budget } from './budget.ts';

/** All budgets, the quick ones first. */
export const budgets: readonly Budget[] = [
  {
    name: 'help',
    about: 'jernverk --help, from the start of sh to the end of node',
    load: async () => (await import('./help.ts')).measureHelp,
  },
  {
    name: 'apply',
    about: 'a second jernverk apply, with nothing to do, on one host',
    load: async () => (await import('./apply.ts')).measureApply,
  },
  {
    name: 'throughput',
    about:
      'jobs of an empty handler by the runtime, against a bare amqplib consumer with the same prefetch and promise',
    load: async () => (await import('./throughput.ts')).measureThroughput,
  },
  {
    name: 'release',
    about: 'a new release on a warm host, one line of a worker changed, while jobs go on',
    load: async () => (await import('./release.ts')).measureRelease,
  },
  {
    name: 'latency',
    about: 'enqueue until the handler starts, at 500 jobs/s',
    load: async () => (await import('./latency.ts')).measureLatency,
  },
  {
    name: 'deploy-again',
    about: 'a second cdktf deploy, with nothing to do',
    load: async () => (await import('./deploy.ts')).measureDeployAgain,
  },
  {
    name: 'hosts',
    about: 'jernverk apply over ten hosts, against one',
    load: async () => (await import('./hosts.ts')).measureHosts,
  },
  {
    name: 'deploy',
    about: 'from a bare host to the first job done, by cdktf deploy',
    load: async () => (await import('./deploy.ts')).measureDeploy,
  },
];
