import { NotMeasured, type Suite, type SuiteContext } from '../suite.ts';
import { askHost, checkHost } from './host-check.ts';
import { consume, endToEnd, fastest, fillAndDrain, type Measuring, publish } from './parts.ts';
import { diskBytesFor, type Plan, payloadBytes, planFor, secondsFor } from './plan.ts';
import { bundleProbes } from './probe.ts';
import type { QueueData } from './result.ts';
import { openRoom } from './room.ts';

/** Publish, consume, end to end, and a backlog that is filled and drained. */
export const queue: Suite<QueueData> = {
  name: 'queue',
  seconds: (quick) => secondsFor(planFor(quick)),
  measure: (context) => measureQueue(context, planFor(context.quick)),
};

/** Throws NotMeasured if this host has no queue to measure, or no room for the backlog. */
export async function* measureQueue(context: SuiteContext, plan: Plan): AsyncGenerator<QueueData, void> {
  const { host, config } = context;
  if (!config.roles.includes('broker')) {
    throw new NotMeasured(`${host.name} has no queues; measure the host with the role broker`);
  }
  const command = askHost();
  const answer = await host.capture(command);
  await context.keep('queue/host.txt', command.script, answer);
  const reserve = context.environment.broker.diskFreeLimit.bytes;
  const ready = checkHost(host.name, answer, { backlog: diskBytesFor(plan), reserve });
  const programs = await bundleProbes(context.root);
  const room = await openRoom(host);
  let failed = false;
  try {
    yield* measureParts({ context, plan, programs, ready });
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // The first error says what happened: if the host is lost, closing fails too.
    await room.close().catch((error: unknown) => {
      if (!failed) throw error;
    });
  }
}

async function* measureParts(measuring: Measuring): AsyncGenerator<QueueData, void> {
  const { plan } = measuring;
  let data: QueueData = {
    broker: 'RabbitMQ',
    payload_bytes: payloadBytes,
    publish: [],
    consume: null,
    endToEnd: [],
    drain: null,
  };
  let waiting = 0;
  for (const inFlight of plan.inFlight) {
    const { broker, confirmed, rate } = await publish(measuring, inFlight, waiting);
    waiting += confirmed;
    data = { ...data, broker, publish: [...data.publish, { inFlight, ...rate }] };
    yield data;
  }
  data = { ...data, consume: await consume(measuring, waiting, fastest(data)) };
  yield data;
  for (const perSecond of plan.rates) {
    data = { ...data, endToEnd: [...data.endToEnd, await endToEnd(measuring, perSecond)] };
    yield data;
  }
  for await (const drain of fillAndDrain(measuring, data)) yield { ...data, drain };
}
