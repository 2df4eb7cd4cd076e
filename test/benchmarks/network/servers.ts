import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A server that was asked so many times, until it is closed. */
export interface Server {
  readonly port: number;
  asked(): number;
  close(): Promise<void>;
}

/** What a server does with a question: the answer, or null for none; a promise answers late. */
type Answer = (question: Buffer, number: number) => Buffer | null | Promise<Buffer | null>;

export async function udpServer(answer: Answer, address = '127.0.0.1'): Promise<Server> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let asked = 0;
  let closed = false;
  const reply = async (question: Buffer, from: RemoteInfo): Promise<void> => {
    asked += 1;
    const text = await answer(question, asked);
    if (text !== null && !closed) socket.send(text, from.port, from.address);
  };
  socket.on('message', (question, from) => void reply(question, from));
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    asked: () => asked,
    close: async () => {
      closed = true;
      socket.close();
      await once(socket, 'close');
    },
  };
}

export async function tcpServer(address = '127.0.0.1'): Promise<Server> {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.listen(0, address);
  await once(server, 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('not on a port');
  return {
    port: at.port,
    asked: () => asked,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** The question back with the bits of an answer. Throws where it is not the SOA question for the zone. */
export const dns =
  (zone: string) =>
  (question: Buffer): Buffer => {
    const name = zone.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
    const wanted = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 6, 0, 1]);
    if (!question.subarray(2).equals(wanted)) throw new Error(`not the question: ${question.toString('hex')}`);
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8400, 2);
    return answer;
  };

/** An answer of mode 4 with our time stamp sent back. Throws where it was no question of a client. */
export const ntp =
  (stratum = 2) =>
  (question: Buffer): Buffer => {
    if (question.length !== 48 || question[0] !== 0x23) throw new Error(`not NTP: ${question.toString('hex')}`);
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = stratum;
    question.copy(answer, 24, 40, 48);
    return answer;
  };
