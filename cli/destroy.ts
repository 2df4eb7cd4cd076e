import { messageWithHint } from '../lib/errors.ts';
import { say } from '../lib/terminal.ts';
import { apply } from '../provision/engine/apply.ts';
import type { TopicWanted } from '../provision/engine/gather.ts';
import { applyExitCode, exitCodes, type HostOutcome } from '../provision/engine/report.ts';
import { type ApplyContext, takeSteps } from '../provision/engine/take-steps.ts';
import { lockHost } from '../provision/ssh/lock.ts';
import { printOutcomes } from './apply.ts';
import { confirm } from './confirm.ts';
import type { Invocation } from './invocation.ts';
import { type Progress, plainProgress, silentProgress } from './progress.ts';
import { applyContext, connectTo, onEachTarget, openSession, operator, type Session, type Target } from './session.ts';

/** Removes what was put on the hosts, last topic first. Packages, queues and data stay unless `--purge` is given. */
export async function destroyCommand(invocation: Invocation): Promise<number> {
  const session = await openSession(invocation);
  const purge = invocation.options.purge === true;
  const names = session.targets.map((target) => target.config.name).join(', ');
  const question = purge
    ? `Take Jernverk off ${names}, with its packages, queues and data?`
    : `Take Jernverk off ${names}? Packages, queues and data stay.`;
  if (!(await confirm(question, invocation))) return exitCodes.failed;
  const progress = invocation.json ? silentProgress : plainProgress(say);
  const outcomes = await onEachTarget(session, (target) => destroyHost(session, target, purge, progress));
  await progress.end();
  printOutcomes(outcomes, invocation);
  return applyExitCode(outcomes);
}

async function destroyHost(
  session: Session,
  { config, topics }: Target,
  purge: boolean,
  progress: Progress,
): Promise<HostOutcome> {
  try {
    await using host = await connectTo(config, session.root);
    const holder = { who: operator(), purpose: 'destroy', since: new Date() };
    await using lock = await lockHost(host, holder, (message) => progress.say(message));
    const context = applyContext(lock.host, config, session, (event) => progress.emit(event));
    const reversed = (await topics).toReversed();
    const outcomes = await apply(context, reversed.map(nothingWanted));
    const failed = outcomes.some((outcome) => outcome.state === 'failed');
    const error = purge && !failed ? await purgeTopics(context, reversed) : null;
    return { host: config.name, topics: outcomes, error };
  } catch (error) {
    return { host: config.name, topics: [], error: messageWithHint(error) };
  }
}

/** Returns why it failed. Null if everything is gone. */
async function purgeTopics(context: ApplyContext, reversed: readonly TopicWanted[]): Promise<string | null> {
  try {
    for (const { topic, wanted } of reversed) {
      await takeSteps(context, topic.name, topic.purge?.([...wanted.keys()]) ?? []);
    }
    return null;
  } catch (error) {
    return messageWithHint(error);
  }
}

/** Nothing is wanted, and everything that was wanted is still known, so that each of it becomes a change to null. */
const nothingWanted = ({ topic, wanted }: TopicWanted): TopicWanted => ({
  topic,
  wanted: new Map(),
  known: [...wanted.keys()],
});
