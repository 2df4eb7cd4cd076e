import type { CommandEntry } from './invocation.ts';

const names = '[hosts...]';
const kind = ['--kind <kind>', 'nspawn or qemu; by default qemu with KVM, else nspawn as root, else qemu'] as const;

/** The commands of `jernverk lab`. What they need is loaded when one of them runs. */
export const labCommands: readonly CommandEntry[] = [
  {
    name: 'lab up',
    group: 'Lab',
    summary: 'make and start local hosts: those of the environment, or the named ones',
    arguments: [names],
    options: [
      kind,
      ['--debian <release>', '12 or 13, for a name that the environment does not have (default: 13)'],
      ['--memory <size>', 'such as "4 GB", likewise (default: 2 GB)'],
    ],
    afterInterrupt: 'run it again: an unfinished host is made again from the start',
    load: async () => (await import('./lab.ts')).labUpCommand,
  },
  {
    name: 'lab down',
    group: 'Lab',
    summary: 'destroy local hosts: all of them, or the named ones',
    arguments: [names],
    options: [['--keep', 'only shut them down; "lab up" starts them again on their disks']],
    afterInterrupt: 'run it again',
    load: async () => (await import('./lab.ts')).labDownCommand,
  },
  {
    name: 'lab list',
    group: 'Lab',
    summary: 'list the local hosts and how to reach them',
    load: async () => (await import('./lab.ts')).labListCommand,
  },
  {
    name: 'lab shell',
    group: 'Lab',
    summary: 'open a root shell on a local host',
    arguments: ['<host>'],
    load: async () => (await import('./lab.ts')).labShellCommand,
  },
  {
    name: 'lab exec',
    group: 'Lab',
    summary: 'run a command as root on a local host: lab exec forge -- df -h',
    arguments: ['<host>', '<command...>'],
    afterInterrupt: 'the command may still be running there',
    load: async () => (await import('./lab.ts')).labExecCommand,
  },
];
