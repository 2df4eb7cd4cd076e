import type { CommandEntry } from './invocation.ts';

/** The commands that measure how good a host is. */
export const benchCommands: readonly CommandEntry[] = [
  {
    name: 'bench',
    group: 'Proof',
    summary: 'measure what hosts are worth: disk, processors, path to the exchange, queue; with a verdict and a report',
    arguments: ['[hosts...]'],
    options: [
      ['--suite <names>', 'disk, cpu, network, queue or all; several with commas (default: all)'],
      ['--quick', 'short and coarse: about two minutes a host instead of half an hour'],
    ],
    afterInterrupt: 'the host removes what the measurement made',
    load: async () => (await import('./bench.ts')).benchCommand,
  },
  {
    name: 'bench compare',
    group: 'Proof',
    summary: 'compare two hosts, or two result files, with intervals; does the queue follow the disk?',
    arguments: ['<a>', '<b>'],
    options: [['--report <file>', 'write the comparison as an HTML page, too']],
    load: async () => (await import('./bench-compare.ts')).benchCompareCommand,
  },
  {
    name: 'bench history',
    group: 'Proof',
    summary: 'list the stored runs of a host, newest last',
    arguments: ['<host>'],
    load: async () => (await import('./bench-history.ts')).benchHistoryCommand,
  },
  {
    name: 'bench tuning',
    group: 'Proof',
    summary:
      'does the tuning help? stock Debian against our kernel settings, group by group, interleaved; restores them',
    arguments: ['<host>'],
    options: [
      ['--quick', 'short measurements'],
      ['--per-side <measurements>', 'an even number, at least 6 (default: 6)'],
      ['--groups <names>', 'write-back, disk, huge-pages or idle-connections; several with commas (default: all)'],
    ],
    afterInterrupt:
      'results of finished groups are kept, and the host restores its settings: check with ./jernverk verify',
    load: async () => (await import('./bench-tuning.ts')).benchTuningCommand,
  },
];
