import type { CommandEntry } from './commands.ts';

/** What a host is worth. */
export const benchCommands: readonly CommandEntry[] = [
  {
    name: 'bench',
    group: 'Proof',
    summary: 'measure what hosts are worth: disk, processors, way to the exchange, queue; with a verdict and a report',
    arguments: ['[hosts...]'],
    options: [
      ['--suite <names>', 'disk, cpu, network, queue or all; several with commas (default: all)'],
      ['--quick', 'short and coarse: about two minutes a host and not half an hour'],
    ],
    load: async () => (await import('./bench.ts')).benchCommand,
  },
];
