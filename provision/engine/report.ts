import { createTwoFilesPatch } from 'diff';
import type { Diff } from './diff.ts';
import type { TopicOutcome } from './events.ts';
import type { TopicPlan } from './plan.ts';
import type { Change } from './setting.ts';

/** What `plan` and `verify` found on one host. `error` is set if the host could not be read at all. */
export interface HostPlan {
  readonly host: string;
  readonly topics: readonly TopicPlan[];
  /** The run that is changing the host at the same time. Null if there is none. */
  readonly heldBy: string | null;
  readonly error: string | null;
}

/**
 * How a run ended on one host. `error` is set without topics if nothing was begun, and with topics if a later part
 * failed.
 */
export interface HostOutcome {
  readonly host: string;
  readonly topics: readonly TopicOutcome[];
  readonly error: string | null;
}

/** The documented exit codes. */
export const exitCodes = { done: 0, failed: 1, unclear: 2 } as const;

/** Returns 0 for clean, 1 for drift, 2 for unknown: the worst of all hosts. Unknown is worse than drift. */
export function verifyExitCode(plans: readonly HostPlan[]): number {
  const diffs = plans.flatMap((plan) => plan.topics.map((topic) => topic.diff));
  if (plans.some((plan) => plan.error !== null) || diffs.some((diff) => diff.unknown.length > 0))
    return exitCodes.unclear;
  return diffs.some((diff) => diff.changes.length > 0) ? exitCodes.failed : exitCodes.done;
}

/**
 * Returns 1 if something was begun and failed. Else 2 if a host could not be read, or a topic could not be read and was
 * left as it is. Else 0.
 */
export function applyExitCode(outcomes: readonly HostOutcome[]): number {
  const topics = outcomes.flatMap((host) => host.topics.filter((topic) => topic.state === 'failed'));
  const begun = topics.some((topic) => topic.diff.unknown.length === 0);
  if (begun || outcomes.some((host) => host.error !== null && host.topics.length > 0)) return exitCodes.failed;
  return topics.length > 0 || outcomes.some((host) => host.error !== null) ? exitCodes.unclear : exitCodes.done;
}

/** Returns the plan of one host for people: every key that differs, with from and to. Files are shown as line diffs. */
export function describePlan(plan: HostPlan): readonly string[] {
  if (plan.error !== null) return [`${plan.host}: could not tell: ${plan.error}`];
  const differing = plan.topics.reduce((sum, topic) => sum + topic.diff.changes.length, 0);
  const unknown = plan.topics.reduce((sum, topic) => sum + topic.diff.unknown.length, 0);
  const head = [
    differing === 0 ? 'no changes' : `${count(differing, 'setting')} ${differing === 1 ? 'differs' : 'differ'}`,
    ...(unknown === 0 ? [] : [`${count(unknown, 'setting')} could not be read`]),
  ].join(', ');
  const held = plan.heldBy === null ? [] : [`  another run is at work here, so this may change: ${plan.heldBy}`];
  const topics = plan.topics.flatMap((topic) => describeTopic(topic.topic, topic.diff));
  return [`${plan.host}: ${head}`, ...held, ...topics];
}

function describeTopic(topic: string, { changes, unknown, notApplicable, notices }: Diff): string[] {
  if (changes.length + unknown.length + notApplicable.length + notices.length === 0) return [];
  return [
    `  ${topic}`,
    ...capped(changes.flatMap(describeChange), mostTopicLines).map((line) => `    ${line}`),
    ...unknown.map(({ key, reason }) => `    ? ${key}: could not be read: ${reason}`),
    ...describeNotApplicable(notApplicable).map((line) => `    ${line}`),
    ...notices.map(({ reason }) => `    ! ${reason}`),
  ];
}

/** Settings that a host cannot have share a few reasons. Returns one line per reason. */
function describeNotApplicable(unresolved: Diff['notApplicable']): string[] {
  const reasons = new Map<string, string[]>();
  for (const { key, reason } of unresolved) reasons.set(reason, [...(reasons.get(reason) ?? []), key]);
  return [...reasons].map(([reason, keys]) => `· ${count(keys.length, 'setting')} not applicable: ${reason}`);
}

/** Returns one change as one line, or as several if the text has several lines. */
export function describeChange({ key, from, to }: Change): string[] {
  const sign = from === null ? '+' : to === null ? '-' : '~';
  const text = [from, to].some((side) => side?.includes('\n'));
  if (!text) return [`${sign} ${key}: ${[from, to].map((side) => side ?? 'absent').join(' → ')}`];
  if (from === null) return [`+ ${key} (${count((to ?? '').trimEnd().split('\n').length, 'line')})`];
  if (to === null) return [`- ${key}`];
  return [`~ ${key}`, ...lineDiff(from, to).map((line) => `    ${line}`)];
}

/** Most lines that are shown, of one file's difference and of one topic. */
const mostDiffLines = 200;
const mostTopicLines = 1_000;
/** Most changed lines of a file to search for: the search time grows with their square. */
const mostEdits = 1_000;

const capped = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more lines`];

function lineDiff(from: string, to: string): readonly string[] {
  const options = { context: 1, maxEditLength: mostEdits };
  const patch = createTwoFilesPatch('', '', from, to, undefined, undefined, options);
  if (patch === undefined) return [`(more than ${mostEdits} lines differ)`];
  const lines = patch.split('\n').filter((line) => /^[-+ ]/.test(line) && !/^(---|\+\+\+)/.test(line));
  return capped(lines, mostDiffLines);
}

/** Returns how an apply ended on one host, in lines. */
export function describeOutcome({ host, topics, error }: HostOutcome): readonly string[] {
  if (error !== null) return [`${host}: ${error}`];
  const changed = topics.filter((topic) => topic.state === 'changed');
  const failures = topics.filter((topic) => topic.state === 'failed');
  const notReached = topics.filter((topic) => topic.state === 'not reached').map((topic) => topic.topic);
  const changes = changed.reduce((sum, topic) => sum + topic.diff.changes.length, 0);
  const summary =
    failures.length > 0
      ? 'failed'
      : changes === 0
        ? 'nothing to change'
        : `${count(changes, 'setting')} changed and verified`;
  return [
    `${host}: ${summary}`,
    ...failures.map((topic) => `  ${topic.topic} failed: ${topic.error}`),
    ...(notReached.length === 0 ? [] : [`  not reached: ${notReached.join(', ')}`]),
    ...describeNotApplicable(topics.flatMap((topic) => topic.diff.notApplicable)).map((line) => `  ${line}`),
    ...topics.flatMap((topic) => topic.diff.notices).map(({ reason }) => `  ! ${reason}`),
  ];
}

export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;
