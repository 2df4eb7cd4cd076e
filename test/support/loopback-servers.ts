import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Servers on documentation addresses of this machine's loopback. A virtual machine reaches them, because its qemu
 * connects from here.
 */
export interface LoopbackServers {
  /** Words that arrived, as `address port word`. */
  readonly heard: ReadonlySet<string>;
  close(): void;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Each takes one word per connection, answers `heard` and ends it. Needs root. */
export async function loopbackServers(places: readonly Place[]): Promise<LoopbackServers> {
  const heard = new Set<string>();
  const servers = await Promise.all(
    places.map(async ({ address, port }) => {
      ip('replace', address);
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', (data) => {
          heard.add(`${address} ${port} ${String(data).trim()}`);
          socket.end('heard\n');
        });
      });
      server.listen(port, address);
      await once(server, 'listening');
      return server;
    }),
  );
  const close = (): void => {
    for (const server of servers) server.close();
    for (const { address } of places) ip('delete', address);
  };
  return { heard, close };
}

const ip = (verb: string, address: string): void =>
  void execFileSync('ip', ['address', verb, `${address}/32`, 'dev', 'lo']);
