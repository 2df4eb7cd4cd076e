import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { ReportInput } from '../benchmarks/report/input.ts';
import { roughly, type TimeLeft } from '../benchmarks/run/time-left.ts';
import { say } from '../lib/terminal.ts';
import type { Invocation } from './invocation.ts';

/** Says which measurement begins on a host, and how long all measurements still take. */
export const tellMeasurements =
  (host: string, timeLeft: TimeLeft, { json }: Invocation) =>
  (measurement: string, seconds: number, planned?: number): void => {
    const left = timeLeft.begin(seconds, planned);
    if (!json) say(`${host}  ${measurement} (${roughly(seconds)}), ${roughly(left)} left`);
  };

export async function writeReport(path: string, input: ReportInput): Promise<void> {
  // Loaded late, because the charts are most of the program and only this needs them.
  const { renderHtml } = await import('../benchmarks/report/page.ts');
  await writeFile(path, renderHtml(input));
}

export const reportLine = (path: string, root: string): string =>
  `report ${relative(root, path)}, figures and raw output in the same folder`;
