import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a node's data below this folder as RabbitMQ does: each virtual host has a file with its name. */
export function makeNode(root: string, name: string, ...vhosts: readonly string[]): void {
  const node = join(root, '/var/lib/rabbitmq/mnesia', name);
  mkdirSync(node, { recursive: true });
  for (const [index, vhost] of vhosts.entries()) {
    const folder = join(node, 'msg_stores/vhosts', String(index));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.vhost'), vhost);
  }
}
