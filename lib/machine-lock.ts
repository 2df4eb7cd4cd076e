import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { OperationError } from './errors.ts';

/**
 * Returns the name of an abstract socket (Linux). The kernel frees the name when its owner ends, so there are no stale
 * locks. The name is hashed because it may have at most 107 bytes.
 */
function socketOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `\0jernverk-lab-${hash.slice(0, 32)}`;
}

function tryTake(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(null);
      else reject(new OperationError('MACHINE_LOCK', `cannot lock ${name}: ${error.message}`, { cause: error }));
    });
    server.listen(socketOf(name), () => resolve(server));
  });
}

/** Resolves when the owner releases the lock or dies: its end of the connection closes. */
function untilFree(name: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(name));
    socket.once('error', () => {});
    socket.once('close', () => resolve());
    socket.resume();
  });
}

/** Runs `work` while no other process on this machine holds the same lock. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  let server = await tryTake(name);
  while (server === null) {
    await untilFree(name);
    server = await tryTake(name);
  }
  const held = server;
  const waiting = new Set<() => void>();
  held.on('connection', (socket) => {
    socket.on('error', () => {});
    waiting.add(() => socket.destroy());
  });
  try {
    return await work();
  } finally {
    held.close();
    for (const release of waiting) release();
  }
}
