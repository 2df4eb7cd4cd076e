import { auditCommands } from './audit-commands.ts';
import { benchCommands } from './bench-commands.ts';
import type { CommandEntry } from './invocation.ts';
import { labCommands } from './lab-commands.ts';

/** Names of hosts. All hosts of the environment if none is given. */
const hosts = '[hosts...]';

/** Every command, in the order of the help. To add one, add an entry here and a file next to this one. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'up',
    group: 'Everyday',
    summary: 'make the local hosts, deploy to them, resize a photo, say where the result is',
    afterInterrupt: 'run it again: it continues from there',
    load: async () => (await import('./up.ts')).upCommand,
  },
  {
    name: 'plan',
    group: 'Everyday',
    summary: 'show what differs from the environment, key by key; changes nothing',
    arguments: [hosts],
    afterInterrupt: 'nothing was changed',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  {
    name: 'apply',
    group: 'Everyday',
    summary: 'bring the hosts to what the environment wants, and verify it',
    arguments: [hosts],
    afterInterrupt: 'run it again: it continues from there and leaves what is already done',
    load: async () => (await import('./apply.ts')).applyCommand,
  },
  {
    name: 'verify',
    group: 'Everyday',
    summary: 'compare hosts with the environment: exit code 0 clean, 1 drift, 2 undetermined',
    arguments: [hosts],
    afterInterrupt: 'nothing was changed',
    load: async () => (await import('./plan.ts')).verifyCommand,
  },
  {
    name: 'status',
    group: 'Everyday',
    summary: 'hosts, broker, queues, slots, release and CPU steal at a glance',
    arguments: [hosts],
    afterInterrupt: 'nothing was changed',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'enqueue',
    group: 'Workers',
    summary: 'hand a job with a file to a worker; prints its id once the broker has it on disk',
    arguments: ['<worker>', '[file]'],
    options: [
      ['--wait', 'wait until the job has ended and print its result record'],
      ['--timeout <seconds>', 'how long to wait (default: 60)'],
      ['--input <json>', `the rest of the job's input: '{"width": 400}'; "-" reads it from standard input`],
      ['--smoke', "the worker's smoke job, workers/<worker>/smoke.json"],
      ['--count <jobs>', 'enqueue the same job this many times (default: 1)'],
    ],
    afterInterrupt: 'a job whose id was printed is taken and runs',
    load: async () => (await import('./enqueue.ts')).enqueueCommand,
  },
  {
    name: 'logs',
    group: 'Workers',
    summary: 'show what the slots of a worker wrote',
    arguments: ['<worker>', hosts],
    options: [
      ['-f, --follow', 'keep printing until Ctrl-C'],
      ['-n, --lines <lines>', 'how many lines to begin with (default: 50)'],
    ],
    afterInterrupt: 'the slots keep running',
    load: async () => (await import('./logs.ts')).logsCommand,
  },
  {
    name: 'rollback',
    group: 'Workers',
    summary: 'go back to an older release that the hosts still have; the previous one by default',
    arguments: ['[release]'],
    afterInterrupt: 'run it again: it continues from there',
    load: async () => (await import('./rollback.ts')).rollbackCommand,
  },
  {
    name: 'trust',
    group: 'Hosts',
    summary: "show a host's key and pin it in the environment after a yes",
    arguments: ['<host>'],
    options: [
      ['--yes', 'answer the question with yes'],
      ['--replace', 'pin the new key in place of another one'],
    ],
    afterInterrupt: 'run it again and see which key is pinned',
    load: async () => (await import('./trust.ts')).trustCommand,
  },
  {
    name: 'destroy',
    group: 'Hosts',
    summary: 'remove Jernverk from the hosts; packages, queues and data stay',
    arguments: [hosts],
    options: [
      ['--purge', 'also remove packages, queues, secrets and data'],
      ['--yes', 'answer the question with yes'],
    ],
    afterInterrupt: 'run it again: it continues from there',
    load: async () => (await import('./destroy.ts')).destroyCommand,
  },
  ...labCommands,
  ...benchCommands,
  ...auditCommands,
  {
    name: 'budgets',
    group: 'Project',
    summary: 'measure what docs/budgets.md promises: all of it, or budgets by name',
    arguments: ['[names...]'],
    options: [['--keep', 'leave the lab hosts for the next measurement']],
    load: async () => (await import('./budgets.ts')).budgetsCommand,
  },
];

/**
 * The file `jernverk` runs these itself, because they set up or check what the others need. They are here only for the
 * help.
 */
export const setUpCommands = [
  { name: 'test', summary: 'run everything that CI runs, or a part: test unit' },
  { name: 'cdktf', summary: 'run cdktf with the installed terraform or tofu: cdktf diff' },
] as const;
