import { readFile } from 'node:fs/promises';
import { type ChannelModel, connect, credentials } from 'amqplib';
import type { BrokerSettings } from './settings.ts';

/** Milliseconds for the socket and the login together; a proxy may accept while the broker behind it is away. */
const handshakeTimeoutMs = 10_000;

/** One try to connect over the unix socket. The heartbeat is the one that the broker proposes. */
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
  // An 'error' without a listener would end the process; 'close' always follows it and is what we act on.
  connection.on('error', () => undefined);
  return connection;
}
