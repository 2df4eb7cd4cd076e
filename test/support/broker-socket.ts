import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The unix socket through which slots reach the broker, as systemd-socket-proxyd makes it on a host. */
export interface BrokerSocket {
  readonly path: string;
  /** Cuts all connections that go through it. */
  cut(): void;
  close(): Promise<void>;
}

export async function openBrokerSocket(path: string, port: number): Promise<BrokerSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1');
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    client.pipe(broker).pipe(client);
  }).listen(path);
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path,
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
