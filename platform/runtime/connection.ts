import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, connect, credentials } from 'amqplib';
import type { BrokerSettings } from '../contract/slot-settings.ts';

/**
 * Milliseconds for connecting the socket and logging in together. A proxy may accept while the broker behind it is
 * down.
 */
const handshakeTimeoutMs = 10_000;

/** Tries once to connect over the unix socket. The heartbeat interval is the one that the broker proposes. */
export async function connectBroker(broker: BrokerSettings): Promise<ChannelModel> {
  const password = (await readFile(broker.passwordFile, 'utf8')).trimEnd();
  const connection = await connect(
    { protocol: 'amqp', vhost: broker.vhost },
    {
      path: broker.socket,
      timeout: handshakeTimeoutMs,
      credentials: credentials.plain(broker.user, password),
    },
  );
  // An 'error' without a listener would end the process. 'close' always follows it, and that is handled.
  connection.on('error', () => undefined);
  return connection;
}

/** Milliseconds for one reply of the broker. amqplib has no limit of its own, so a slot could wait forever. */
const answerTimeoutMs = 5_000;

/** Throws if the broker does not reply in time, and whatever `answer` itself throws. */
export async function inTime<Answer>(answer: PromiseLike<Answer>, request: string): Promise<Answer> {
  const limit = new AbortController();
  const late = sleep(answerTimeoutMs, null, { signal: limit.signal }).then(() => {
    throw new Error(`the broker was asked to ${request} and did not answer within ${answerTimeoutMs / 1000} s`);
  });
  // After the abort it rejects, and nobody waits for it any more.
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.abort();
  }
}
