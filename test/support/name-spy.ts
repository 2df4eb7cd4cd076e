import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';

/** A name server that knows no name and records which names were asked for. Needs root. */
export interface NameSpy extends AsyncDisposable {
  /** The names so far, each once. */
  names(): string[];
  /** Returns the words that start a program so that all its look-ups come here. */
  around(...argv: readonly string[]): [string, ...string[]];
}

const address = '127.0.53.53';
const headerBytes = 12;

/** `file` becomes the resolv.conf of what runs through `around`. */
export async function spyOnNames(file: string): Promise<NameSpy> {
  const asked = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (query, sender) => {
    asked.add(nameIn(query));
    const answer = Buffer.from(query);
    // A response (QR) with the code 3 (NXDOMAIN), RFC 1035 section 4.1.1.
    answer[2] = 0x81;
    answer[3] = 0x83;
    socket.send(answer, sender.port, sender.address);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  await writeFile(file, `nameserver ${address}\n`);
  const inside = 'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"';
  return {
    names: () => [...asked].sort(),
    around: (...argv) => ['unshare', '--mount', 'sh', '-euc', inside, 'sh', file, ...argv],
    [Symbol.asyncDispose]: async () => {
      socket.close();
    },
  };
}

/** The first question's name: labels with their lengths, up to one of length 0. */
function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = headerBytes; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  }
  return labels.join('.');
}
