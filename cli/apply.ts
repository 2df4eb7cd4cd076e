import { messageWithHint } from '../lib/errors.ts';
import { columns, isTerminal, say, sayJson } from '../lib/terminal.ts';
import { apply } from '../provision/engine/apply.ts';
import { applyExitCode, describeOutcome, type HostOutcome } from '../provision/engine/report.ts';
import { topicNames } from '../provision/engine/topic.ts';
import { lockHost } from '../provision/ssh/lock.ts';
import type { Invocation } from './invocation.ts';
import { listProgress, type Progress, plainProgress, silentProgress } from './progress.ts';
import { applyContext, connectTo, onEachTarget, openSession, operator, type Session, type Target } from './session.ts';

/** Brings hosts to what the environment wants. Exit code 0 if all of them are there, 1 failed, 2 could not be asked. */
export async function applyCommand(invocation: Invocation): Promise<number> {
  const session = await openSession(invocation);
  const outcomes = await applySession(session, invocation);
  printOutcomes(outcomes, invocation);
  return applyExitCode(outcomes);
}

export function printOutcomes(outcomes: readonly HostOutcome[], { json }: Invocation): void {
  if (json) sayJson({ hosts: outcomes });
  else say(...outcomes.flatMap(describeOutcome));
}

/** Applies to all hosts in parallel and waits for all of them. A host that fails does not stop the others. */
export async function applySession(
  session: Session,
  invocation: Invocation,
  purpose = 'apply',
): Promise<HostOutcome[]> {
  const progress = chooseProgress(session, invocation);
  const outcomes = await onEachTarget(session, (target) => applyHost(session, target, progress, purpose));
  await progress.end();
  return outcomes;
}

/** Columns. On a narrower terminal a live list is no help. */
const leastColumns = 40;

function chooseProgress(session: Session, { json }: Invocation): Progress {
  if (json) return silentProgress;
  // A terminal that does not know its width says 0, and the list would be drawn letter by letter.
  if (!isTerminal() || columns() < leastColumns) return plainProgress(say);
  return listProgress(
    session.targets.map((target) => target.config.name),
    topicNames,
  );
}

async function applyHost(
  session: Session,
  { config, topics }: Target,
  progress: Progress,
  purpose: string,
): Promise<HostOutcome> {
  try {
    await using host = await connectTo(config, session.root);
    const holder = { who: operator(), purpose, since: new Date() };
    await using lock = await lockHost(host, holder, (message) => progress.say(message));
    const context = applyContext(lock.host, config, session, (event) => progress.emit(event));
    return { host: config.name, topics: await apply(context, await topics), error: null };
  } catch (error) {
    return { host: config.name, topics: [], error: messageWithHint(error) };
  }
}
