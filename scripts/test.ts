import { mkdir } from 'node:fs/promises';
import { add, type Counts, closingLine, noTests } from './counts.ts';
import { type Part, parts, runPart } from './parts.ts';

/**
 * Milliseconds for all parts together. They take about an hour; CI stops a job after 90 minutes, without a closing
 * line.
 */
const limitMs = 80 * 60_000;
const longLimitMs = 48 * 3_600_000;

const help = `Usage: jernverk test [PART ...] [FILTER ...]

Runs the parts in this order (by default all but "long"), "vm" beside the others, goes on after a failure, and ends with
"N passed, N failed".
Words after a part go to vitest: ./jernverk test unit test/entry -t 'a name'

${parts.map((part) => `  ${part.name.padEnd(8)}${part.meaning}`).join('\n')}

Exit codes: 0 all passed, 1 something failed, 2 wrong words; nothing was run`;

interface Outcome {
  readonly part: Part;
  readonly counts: Counts;
  readonly milliseconds: number;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const describe = ({ part, counts, milliseconds }: Outcome): string => {
  const result = part.kind === 'suite' ? closingLine(counts) : counts.failed === 0 ? 'ok' : 'FAILED';
  return `  ${part.name.padEnd(8)}${result.padEnd(36)}${seconds(milliseconds).padStart(9)}`;
};

async function runAll(chosen: readonly Part[], filters: readonly string[]): Promise<Outcome[]> {
  const started = performance.now();
  const runOne = async (part: Part, live: boolean): Promise<Outcome> => {
    console.log(`\n== ${part.name}: ${part.meaning}${live ? '' : ' (beside it, shown at its end)'}`);
    const from = performance.now();
    const left = part.long ? longLimitMs : Math.max(1000, limitMs - (from - started));
    const counts = await runPart(part, { filters, limitMs: left, live });
    const outcome = { part, counts, milliseconds: performance.now() - from };
    console.log(describe(outcome));
    return outcome;
  };
  const others = chosen.some((part) => !part.beside);
  const running: Promise<Outcome>[] = [];
  for (const part of chosen) {
    const outcome = runOne(part, !part.beside || !others);
    running.push(outcome);
    if (!part.beside) await outcome;
  }
  return Promise.all(running);
}

const words = process.argv.slice(2);
const named = parts.filter((part) => words.includes(part.name));
const filters = words.filter((word) => !named.some((part) => part.name === word));
if (words.includes('--help') || words.includes('-h')) {
  console.log(help);
} else if (filters.length > 0 && !named.some((part) => part.kind === 'suite')) {
  // Without a part every suite would run with the filter, and fail if it has no such test.
  const suites = parts.filter((part) => part.kind === 'suite').map((part) => part.name);
  console.error(`jernverk: there is no part named ${filters[0]}
  the parts are ${parts.map((part) => part.name).join(', ')}; to filter tests, name their part first: ${suites.join(', ')}`);
  process.exitCode = 2;
} else {
  await mkdir('.jernverk/test', { recursive: true });
  const outcomes = await runAll(named.length > 0 ? named : parts.filter((part) => !part.long), filters);
  const total = outcomes.map((outcome) => outcome.counts).reduce(add, noTests);
  console.log(`\n${outcomes.map(describe).join('\n')}\n\n${closingLine(total)}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
