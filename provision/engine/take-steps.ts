import { messageOf } from '../../lib/errors.ts';
import { lines } from '../../lib/shell.ts';
import type { Host } from '../ssh/host.ts';
import type { ApplyEvent } from './events.ts';
import { removeCommand, writeCommand } from './file-command.ts';
import { runGuarded } from './guarded.ts';
import type { RemoveStep, Step, WriteStep } from './step.ts';
import type { TopicName } from './topic.ts';
import { type OpenBlob, upload } from './upload.ts';

/** What is needed to change a host, including the host. */
export interface ApplyContext {
  readonly host: Host;
  /** Opens a second, fresh connection: the proof that a new firewall still allows one. */
  readonly reconnect: () => Promise<Host>;
  readonly openBlob: OpenBlob;
  readonly emit: (event: ApplyEvent) => void;
}

/** Runs steps in order. Consecutive files are sent together in one round trip. */
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
      const title = filesTitle(step.steps);
      return { title, work: () => host.run(command, { title }) };
    }
    case 'run':
      return {
        title: step.title,
        work: () => host.run(step.command, { title: step.title, onLine, timeoutMs: step.timeoutMs ?? 600_000 }),
      };
    case 'upload':
      return { title: step.title, work: () => upload(host, step, context.openBlob) };
    case 'guarded':
      return { title: step.title, work: () => runGuarded(context.host, context.reconnect, step) };
    default:
      return step satisfies never;
  }
}

function filesTitle(steps: readonly FileStep[]): string {
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return `${only.kind} ${only.path}`;
  return `write ${steps.length} files`;
}
