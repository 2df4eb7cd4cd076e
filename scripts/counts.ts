/** Number of tests by how they ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** Returns the line that CI reads: `12 passed, 0 failed`, and `, 1 skipped` if some were skipped. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** The parts of vitest's JSON report that are read here. */
interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts a vitest run. A file that could not be loaded is one failed test. So is a run that failed although no test
 * did, or that ran nothing: silence is never a pass.
 */
export function countVitest(report: string | null, exitCode: number | null): Counts {
  const crashed: Counts = { passed: 0, failed: 1, skipped: 0 };
  if (report === null) return crashed;
  const { testResults }: VitestReport = JSON.parse(report);
  const statuses = testResults.flatMap((file) =>
    file.assertionResults.length === 0 && file.status === 'failed'
      ? ['failed']
      : file.assertionResults.map((test) => test.status),
  );
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length;
  const counts: Counts = { passed, failed, skipped: statuses.length - passed - failed };
  const unexplained = failed === 0 && (exitCode !== 0 || statuses.length === 0);
  return unexplained ? add(counts, crashed) : counts;
}
