import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The unix socket through which slots reach the broker, like the one that systemd-socket-proxyd makes on a host. */
export interface BrokerSocket {
  readonly path: string;
  /** Cuts all connections that go through it. */
  cut(): void;
  /**
   * On the next connection, passes on only the broker's first frames, and after them its heartbeats. Resolves after the
   * last of the first frames.
   */
  silenceNext(afterFrames: number): Promise<void>;
  close(): Promise<void>;
}

export async function openBrokerSocket(path: string, port: number): Promise<BrokerSocket> {
  const sockets = new Set<Socket>();
  let silence: Silence | null = null;
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
    client.pipe(broker);
    if (silence === null) broker.pipe(client);
    else
      broker.on(
        'data',
        firstFrames(silence, (frame) => client.write(frame)),
      );
    silence = null;
  }).listen(path);
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path,
    cut,
    silenceNext: (afterFrames) =>
      new Promise((begins) => {
        silence = { afterFrames, begins };
      }),
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

interface Silence {
  readonly afterFrames: number;
  readonly begins: () => void;
}

const heartbeat = 8;

/** Passes on the first frames of an AMQP stream: type (1 byte), channel (2), size (4), payload, end (1). */
function firstFrames({ afterFrames, begins }: Silence, pass: (frame: Buffer) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  let passed = 0;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 7 && rest.length >= 8 + rest.readUInt32BE(3)) {
      const frame = rest.subarray(0, 8 + rest.readUInt32BE(3));
      rest = rest.subarray(frame.length);
      if (passed < afterFrames || frame[0] === heartbeat) pass(frame);
      passed += 1;
      if (passed === afterFrames) begins();
    }
  };
}
