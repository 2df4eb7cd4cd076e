import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { type ChannelModel, connect } from 'amqplib';
import { Client } from 'ssh2';
import type { Connection } from '../../provision/ssh/connection.ts';

/** The unix socket of a lab host that containers use, reached from here. Each AMQP connection is one SSH channel. */
export interface BrokerOverSsh extends AsyncDisposable {
  open(user: string, password: string): Promise<ChannelModel>;
}

export async function brokerOverSsh(connection: Connection, socketPath: string): Promise<BrokerOverSsh> {
  const ssh = new Client();
  ssh.connect({
    host: connection.address,
    port: connection.port,
    username: connection.user,
    privateKey: await readFile(connection.identity ?? ''),
  });
  await once(ssh, 'ready');
  const server = createServer((local) => {
    local.on('error', () => undefined);
    ssh.openssh_forwardOutStreamLocal(socketPath, (error, remote) => {
      if (error) return void local.destroy(error);
      remote.on('error', () => undefined);
      local.pipe(remote).pipe(local);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port on loopback');
  return {
    async open(username, password) {
      const opened = await connect({
        protocol: 'amqp',
        hostname: '127.0.0.1',
        port: address.port,
        username,
        password,
        vhost: 'jernverk',
      });
      opened.on('error', () => undefined);
      return opened;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      ssh.end();
    },
  };
}
