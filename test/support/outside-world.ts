import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

/**
 * Servers outside a lab host, on addresses of documentation networks: a network namespace of this machine with a cable
 * to the lab's bridge and no other way out. It reports what really arrived, whatever the host believes.
 */
export interface OutsideWorld {
  /** Words that arrived, as `address port word`. */
  readonly heard: ReadonlySet<string>;
  /** Resolves when everything that has arrived out there so far is in `heard`, too. */
  caughtUp(): Promise<void>;
  close(): void;
}

/** Answers on every address and on these ports. Each connection sends one word. */
const server = `
const net = require('node:net');
for (const port of process.argv.slice(1).map(Number)) {
  net.createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data;
      if (!text.includes('\\n')) return;
      for (const word of text.split('\\n').slice(0, -1)) console.log(socket.localAddress.replace('::ffff:', ''), port, word);
      text = '';
      socket.write('heard ' + 'x'.repeat(2000) + '\\n');
    });
    socket.on('end', () => socket.end());
  }).listen(port, '::');
}
process.stdin.on('data', (data) => console.log(String(data).trim()));
console.log('up');
`;

interface Options {
  /** An address of the lab host. The route to it tells which bridge it is on. */
  readonly hostAddress: string;
  /** Addresses with their prefix lengths. */
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  readonly ports: readonly number[];
}

export async function outsideWorld({ hostAddress, addresses, routes, ports }: Options): Promise<OutsideWorld> {
  const bridge = /dev (\S+)/.exec(ip('route', 'get', hostAddress))?.[1] ?? '';
  const child = spawn('unshare', ['--net', process.execPath, '-e', server, ...ports.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const heard = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => heard.add(line));
  await eventually(() => heard.has('up'));
  const inside = (...words: string[]) =>
    execFileSync('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'ip', ...words], { encoding: 'utf8' });
  const [near, far] = [`w${child.pid}a`, `w${child.pid}b`];
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
  ip('link', 'set', far, 'netns', String(child.pid));
  ip('link', 'set', near, 'master', bridge, 'up');
  inside('link', 'set', 'lo', 'up');
  inside('link', 'set', far, 'up');
  for (const address of addresses)
    inside('addr', 'add', address, 'dev', far, ...(address.includes(':') ? ['nodad'] : []));
  for (const route of routes)
    inside(...(route.includes(':') ? ['-6'] : []), 'route', 'add', ...route.split(' '), 'dev', far);
  let asked = 0;
  const caughtUp = async (): Promise<void> => {
    asked += 1;
    const sign = `caught up ${asked}`;
    child.stdin.write(`${sign}\n`);
    await eventually(() => heard.has(sign));
  };
  return { heard, caughtUp, close: () => void child.kill('SIGKILL') };
}

const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' });
