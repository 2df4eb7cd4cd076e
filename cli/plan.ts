import { messageWithHint } from '../lib/errors.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { plan } from '../provision/engine/plan.ts';
import { describePlan, exitCodes, type HostPlan, verifyExitCode } from '../provision/engine/report.ts';
import { holderOf } from '../provision/ssh/lock.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, onEachTarget, openSession, type Session, type Target } from './session.ts';

/** Shows what `apply` would change. Exit code 0 if that is known, 2 if not. */
export async function planCommand(invocation: Invocation): Promise<number> {
  const plans = await scan(invocation);
  print(plans, invocation);
  return verifyExitCode(plans) === exitCodes.unclear ? exitCodes.unclear : exitCodes.done;
}

/** Judges instead of showing. Exit code 0 clean, 1 drift, 2 could not tell. */
export async function verifyCommand(invocation: Invocation): Promise<number> {
  const plans = await scan(invocation);
  print(plans, invocation);
  return verifyExitCode(plans);
}

async function scan(invocation: Invocation): Promise<HostPlan[]> {
  const session = await openSession(invocation);
  return onEachTarget(session, (target) => scanHost(session, target));
}

async function scanHost(session: Session, { config, topics }: Target): Promise<HostPlan> {
  try {
    await using host = await connectTo(config, session.root);
    const wanted = await topics;
    const [planned, heldBy] = await Promise.all([plan(host, wanted), holderOf(host)]);
    return { host: config.name, topics: planned, heldBy, error: null };
  } catch (error) {
    return { host: config.name, topics: [], heldBy: null, error: messageWithHint(error) };
  }
}

function print(plans: readonly HostPlan[], { json }: Invocation): void {
  if (json) sayJson({ hosts: plans });
  else say(...plans.flatMap(describePlan));
}
