import type { Environment } from '../../provision/environment/schema.ts';
import { cpuVerdicts } from '../cpu/verdict.ts';
import { diskVerdicts } from '../disk/verdict.ts';
import { networkVerdicts } from '../network/verdict.ts';
import { queueVerdicts } from '../queue/verdict.ts';
import type { LimitVerdict, Result } from '../result.ts';
import type { SuiteName } from '../suite.ts';
import { judgedAsMachine } from './container.ts';
import type { Section, Sections } from './sections.ts';

/**
 * Judges the figures by the environment's demands. A requested suite with missing figures gets a verdict that says so.
 * A verdict from a time in which others used the machine carries that label.
 */
export function verdictsOf(
  { disk, cpu, network, queue }: Sections,
  contamination: Result['contamination'],
  demands: Environment['benchmarks'],
  host: Pick<Result['host'], 'virtualization'>,
): LimitVerdict[] {
  const { limits, powerLossProtection } = demands;
  const found = [
    ...judged('disk', disk, (data) => diskVerdicts(data, { fdatasync_ms: limits.fdatasync, powerLossProtection })),
    ...judged('cpu', cpu, (data) => cpuVerdicts(data, limits.steal)),
    ...judged('network', network, (data) => networkVerdicts(data, demands)),
    ...judged('queue', queue, (data) => queueVerdicts(data, limits)),
  ];
  return judgedAsMachine(
    found.map((verdict) => labelled(verdict, contamination)),
    host,
    demands,
  );
}

function judged<Data>(
  suite: SuiteName,
  section: Section<Data> | undefined,
  judge: (data: Data) => readonly LimitVerdict[],
): readonly LimitVerdict[] {
  if (section === undefined) return [];
  const verdicts = section.data === null ? [] : judge(section.data);
  if (section.state === 'complete') return verdicts;
  const words = `${section.data === null ? 'not measured' : 'only partly measured'}: ${section.reason ?? 'no reason known'}`;
  return [{ id: `${suite}/complete`, suite, level: 'unknown', words, threshold: null }, ...verdicts];
}

/** The cpu verdicts are about others' share to begin with, so they get no label. */
function labelled(verdict: LimitVerdict, contamination: Result['contamination']): LimitVerdict {
  if (verdict.suite === 'cpu' || verdict.level === 'unknown') return verdict;
  const ofSuite = contamination.filter(({ name }) => name.startsWith(`${verdict.suite}/`));
  const own = ofSuite.filter(({ name }) => name.replace(/ \d+$/, '') === verdict.id);
  const because = (own.length > 0 ? own : ofSuite).find(({ contaminated }) => contaminated);
  if (because === undefined) return verdict;
  return { ...verdict, words: `${verdict.words}. Contaminated: ${because.reason} (during ${because.name})` };
}
