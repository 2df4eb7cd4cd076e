import { removeCommand, writeCommand } from './apply/file-command.ts';
import { type OpenBlob, upload } from './apply/upload.ts';
import { lines, sh } from './command.ts';
import { type Diff, diff } from './diff.ts';
import { messageOf } from './errors.ts';
import { gather, type TopicWanted } from './gather.ts';
import type { Host } from './host.ts';
import type { Change, Readings } from './setting.ts';
import type { GuardedStep, RemoveStep, Step, WriteStep } from './step.ts';
import type { TopicName } from './topic.ts';

/** What happens while a host is changed. Console, JSON lines and Terraform's log only format these. */
export type ApplyEvent =
  | { readonly kind: 'topic started'; readonly host: string; readonly topic: TopicName; readonly changes: number }
  | { readonly kind: 'step started'; readonly host: string; readonly topic: TopicName; readonly title: string }
  | { readonly kind: 'step output'; readonly host: string; readonly topic: TopicName; readonly line: string }
  | {
      readonly kind: 'step finished';
      readonly host: string;
      readonly topic: TopicName;
      readonly title: string;
      readonly milliseconds: number;
    }
  | { readonly kind: 'topic finished'; readonly host: string; readonly outcome: TopicOutcome };

export type TopicState = 'unchanged' | 'changed' | 'failed' | 'not reached';

/** How one topic ended on one host. */
export interface TopicOutcome {
  readonly topic: TopicName;
  readonly state: TopicState;
  readonly diff: Diff;
  /** Why it failed, in words for people. */
  readonly error: string | null;
  readonly milliseconds: number;
}

/** What changing a host needs besides the host. */
export interface ApplyContext {
  readonly host: Host;
  /** A second, fresh connection: the proof that a new firewall still lets us in. */
  readonly reconnect: () => Promise<Host>;
  readonly openBlob: OpenBlob;
  readonly emit: (event: ApplyEvent) => void;
}

const nothing: Diff = { changes: [], unknown: [], notApplicable: [] };

/**
 * Brings a host to what is wanted, topic by topic in order: diff, steps, gather again, and the diff must be empty.
 * Stops at the first topic that fails; the outcomes of all topics are always returned.
 */
export async function apply(context: ApplyContext, topics: readonly TopicWanted[]): Promise<TopicOutcome[]> {
  const outcomes: TopicOutcome[] = [];
  let readings = await gather(context.host, topics);
  for (const [index, current] of topics.entries()) {
    const { name } = current.topic;
    if (outcomes.at(-1)?.state === 'failed' || outcomes.at(-1)?.state === 'not reached') {
      outcomes.push({ topic: name, state: 'not reached', diff: nothing, error: null, milliseconds: 0 });
      continue;
    }
    const observe = async (): Promise<Readings> => {
      readings = await gather(context.host, topics.slice(index));
      return readings.get(name) ?? new Map();
    };
    outcomes.push(await converge(context, current, readings.get(name) ?? new Map(), observe));
  }
  return outcomes;
}

/** One topic: applies what differs and verifies it by asking the host again. Never rejects; failure is an outcome. */
export async function converge(
  context: ApplyContext,
  { topic, wanted }: TopicWanted,
  readings: Readings,
  observe: () => Promise<Readings>,
): Promise<TopicOutcome> {
  const started = performance.now();
  const first = diff(wanted, readings);
  const end = (state: TopicState, error: string | null = null): TopicOutcome => {
    const outcome = { topic: topic.name, state, diff: first, error, milliseconds: performance.now() - started };
    context.emit({ kind: 'topic finished', host: context.host.name, outcome });
    return outcome;
  };
  if (first.unknown.length > 0) return end('failed', unknownMessage(first));
  if (first.changes.length === 0) return end('unchanged');
  context.emit({ kind: 'topic started', host: context.host.name, topic: topic.name, changes: first.changes.length });
  try {
    await takeSteps(context, topic.name, topic.steps(first.changes, wanted));
    const rest = diff(wanted, await observe());
    if (rest.unknown.length > 0) return end('failed', unknownMessage(rest));
    const left = rest.changes.filter(mustBeGone);
    return left.length === 0 ? end('changed') : end('failed', notConvergedMessage(left));
  } catch (error) {
    return end('failed', messageOf(error));
  }
}

/** Taking a package or a queue away is only asked for by purge, so a change to null may stay; a file of ours may not. */
const mustBeGone = (change: Change): boolean => change.to !== null || change.key.startsWith('file/');

const unknownMessage = ({ unknown }: Diff): string =>
  `could not tell, so nothing was changed: ${unknown.map(({ key, reason }) => `${key}: ${reason}`).join('; ')}`;

const notConvergedMessage = (left: readonly Change[]): string =>
  `the steps ran, but the host still differs: ${left
    .map(({ key, from, to }) => `${key} is ${JSON.stringify(from)}, wanted ${JSON.stringify(to)}`)
    .join('; ')}`;

/** Runs steps in order. Files that follow each other travel together in one round trip. */
export async function takeSteps(context: ApplyContext, topic: TopicName, steps: readonly Step[]): Promise<void> {
  const { host } = context;
  for (const { title, work } of groupSteps(steps).map((group) => executable(context, topic, group))) {
    context.emit({ kind: 'step started', host: host.name, topic, title });
    const started = performance.now();
    try {
      await work();
    } catch (error) {
      throw new Error(`${title}: ${messageOf(error)}`, { cause: error });
    }
    const milliseconds = performance.now() - started;
    context.emit({ kind: 'step finished', host: host.name, topic, title, milliseconds });
  }
}

type FileStep = WriteStep | RemoveStep;
type StepGroup = Exclude<Step, FileStep> | { readonly kind: 'files'; readonly steps: readonly FileStep[] };

const isFileStep = (step: Step): step is FileStep => step.kind === 'write' || step.kind === 'remove';

function groupSteps(steps: readonly Step[]): StepGroup[] {
  const groups: StepGroup[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (!isFileStep(step)) groups.push(step);
    else if (last?.kind === 'files') groups[groups.length - 1] = { kind: 'files', steps: [...last.steps, step] };
    else groups.push({ kind: 'files', steps: [step] });
  }
  return groups;
}

interface Executable {
  readonly title: string;
  readonly work: () => Promise<unknown>;
}

function executable(context: ApplyContext, topic: TopicName, step: StepGroup): Executable {
  const { host } = context;
  const onLine = (line: string): void => context.emit({ kind: 'step output', host: host.name, topic, line });
  switch (step.kind) {
    case 'files': {
      const command = lines(
        ...step.steps.map((file) => (file.kind === 'write' ? writeCommand(file) : removeCommand(file))),
      );
      return { title: filesTitle(step.steps), work: () => host.run(command) };
    }
    case 'run':
      return {
        title: step.title,
        work: () => host.run(step.command, { onLine, timeoutMs: step.timeoutMs ?? 600_000 }),
      };
    case 'upload':
      return { title: step.title, work: () => upload(host, step, context.openBlob) };
    case 'guarded':
      return { title: step.title, work: () => runGuarded(context, step) };
    default:
      return step satisfies never;
  }
}

function filesTitle(steps: readonly FileStep[]): string {
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return `${only.kind} ${only.path}`;
  return `write ${steps.length} files`;
}

const undoUnit = 'jernverk-undo';

/**
 * Arms the way back on the host first, so that even a host that we can no longer reach takes it by itself.
 * systemd's timers may be a minute late unless told otherwise.
 */
async function runGuarded({ host, reconnect }: ApplyContext, step: GuardedStep): Promise<void> {
  await host.run(
    lines(
      sh`systemctl stop ${undoUnit}.timer 2>/dev/null || true`,
      sh`systemd-run --quiet --collect --unit=${undoUnit} --on-active=${step.confirmWithinSeconds}s --timer-property=AccuracySec=100ms /bin/sh -c ${step.undo.script}`,
      step.command,
    ),
  );
  const fresh = await reconnect().catch((error: unknown) => {
    throw new Error(
      `a new connection did not get in (${messageOf(error)}); the host takes the change back within ${step.confirmWithinSeconds} seconds`,
      { cause: error },
    );
  });
  await using confirmed = fresh;
  await confirmed.run(sh`systemctl stop ${undoUnit}.timer`);
}
