import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { enqueueRequestSchema, jobIdOf } from '../../platform/contract/enqueue-request.ts';
import type { Exec } from './ssh-server.ts';

/** Text that must not reach a terminal, and lines that look like ours. */
export const poison =
  '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2066\u200b\u{e0041}\u007f\r\nforge2: all fine\n\rforge2: all fine\u2028forge2: all fine\u0085forge2: all fine';

/** One script as it arrived: what its author wanted to know, and how to answer so that the answer counts. */
interface Asked {
  readonly script: string;
  /** Returns everything after the script on standard input. */
  input(): Promise<string>;
  readonly channel: ServerChannel;
  /** Says that the host has the script. What it writes after that is the script's output. */
  begin(): void;
  /** Says that the script came to its end. */
  end(): void;
}

type Conduct = (asked: Asked) => Promise<number | string>;

/** An `Exec` that takes the whole script from standard input, as the shell on a host does. */
const hostile =
  (conduct: Conduct): Exec =>
  async (command, channel) => {
    const boundary = /jernverk-[0-9a-f]{32}/.exec(command)?.[0] ?? '';
    const length = Number(/head -c (\d+)/.exec(command)?.[1]);
    channel.on('error', () => undefined);
    const { script, input } = await take(channel, length);
    return conduct({
      script,
      input,
      channel,
      begin() {
        channel.stderr.write(`${boundary} 4194304\n`);
        channel.write(`${boundary}\n`);
      },
      end: () => void channel.write(boundary),
    });
  };

async function take(channel: ServerChannel, length: number): Promise<Pick<Asked, 'script' | 'input'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const ended = new Promise<void>((resolve) => {
    channel.on('end', resolve);
    channel.on('close', resolve);
  });
  await new Promise<void>((resolve) => {
    void ended.then(resolve);
    channel.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= length) resolve();
    });
  });
  const all = (): Buffer => Buffer.concat(chunks);
  return {
    script: all().subarray(0, length).toString(),
    input: async () => {
      await ended;
      return all().subarray(length).toString();
    },
  };
}

/** Writes until nobody listens any more, or at most `pieces` times. */
async function pour(
  channel: ServerChannel,
  to: Writable,
  piece: string | Buffer,
  pieces = Number.POSITIVE_INFINITY,
): Promise<number> {
  let wake = (): void => undefined;
  let open = true;
  to.on('drain', () => wake());
  channel.on('close', () => {
    open = false;
    wake();
  });
  for (let sent = 0; open && sent < pieces; sent += 1) {
    const drained = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!to.write(piece)) await drained;
    else await nextTurn();
  }
  return 0;
}

const silence = async (channel: ServerChannel): Promise<number> => {
  await once(channel, 'close');
  return 0;
};

/** Returns the questions that `ask` has put into a script, with the boundary that it chose. */
const questionsOf = (script: string) =>
  [...script.matchAll(/printf '%s\\n' '(==[0-9a-f]+) begin (\d+)'/g)].map(([, boundary = '', index = ''], at, all) => ({
    boundary,
    index,
    question: script.slice(script.indexOf(`${boundary} begin ${index}'`), all[at + 1]?.index),
  }));

const answered = (boundary: string, index: string, text: string, code = 0, errors = ''): string =>
  `${boundary} begin ${index}\n${text}\n${boundary} end ${code} ${Buffer.from(errors).toString('base64')}\n`;

/** The text that answers a question, or a command with its standard input. */
type Saying = (question: string, input: string) => string;

/** A host that takes the lock, and answers every question and command with this text. */
const saying =
  (text: Saying, code = 0, errors = ''): Conduct =>
  async ({ script, input, channel, begin, end }) => {
    begin();
    if (script.includes('echo "held $$"')) {
      channel.write('held 4194304\n');
      return silence(channel);
    }
    const questions = questionsOf(script);
    if (questions.length === 0) channel.write(`${text(script, script.includes(handover) ? await input() : '')}\n`);
    for (const { boundary, index, question } of questions) {
      channel.write(answered(boundary, index, text(question, ''), code, errors));
    }
    if (errors !== '') channel.stderr.write(errors);
    end();
    return questions.length === 0 ? code : 0;
  };

/** The program that takes jobs. Its request comes on standard input. */
const handover = '/app/enqueue.mjs';

/** Takes all jobs of a request. Each ends with this record if its result is waited for. */
export const handedOver =
  (record: (id: string) => string): Saying =>
  (_, input) => {
    const { batch, count, wait } = enqueueRequestSchema.parse(JSON.parse(input.split('\n')[0] ?? ''));
    const ids = Array.from({ length: count }, (_, number) => jobIdOf(batch, number));
    return [...ids, ...(wait === null ? [] : ids.map(record))].join('\n');
  };

const digest = '0'.repeat(64);

/** A status file, result record, log line, name and reason, as a worker may write them. */
export const hostileStatus = JSON.stringify({
  ...{ slot: `empty-0${poison}`, release: `../../../../outside${poison}`, state: poison, job: poison },
  ...{ done: 1, failed: 0, beat: 1, uptimeMs: 1, version: poison },
});
const hostileRecord = (id: string): string =>
  JSON.stringify({
    id,
    state: 'dead',
    output: { file: `sha256:${digest}`, format: '/../../../../outside/owned', text: poison },
    reason: `no picture${poison}`,
    finishedAt: poison,
  });
export const hostileLog = `${JSON.stringify({ level: 'info', message: poison })}\n${poison}\n[${poison}\n"forge2: all fine"`;

const release = 'aaaaaaaaaaaa';
const manifest = JSON.stringify({
  id: release,
  workers: [
    {
      worker: '../../../../outside/owned',
      layers: [{ digest: '../../../../../outside/sentinel', bytes: 8, title: poison }],
      entry: poison,
    },
  ],
});

/** An answer of the expected form. Somebody who means harm chose all texts in it. */
function plausible(question: string, input: string): string {
  const queues = [{ name: poison, type: poison, messages_ready: 1, messages_unacknowledged: 0, consumers: 1 }];
  if (question.includes('overview?columns=rabbitmq_version')) return JSON.stringify({ rabbitmq_version: poison });
  if (question.includes('queues/')) return JSON.stringify(queues);
  if (question.includes('status.json')) return `1700000000000\n${hostileStatus}`;
  if (question.includes('/proc/uptime')) return `1.0 2.0\n0.1 ${poison}\nMemAvailable: 5 kB`;
  if (question.includes('journalctl')) return hostileLog;
  if (question.includes(handover)) return handedOver(hostileRecord)(question, input);
  if (question.includes('manifest.json')) return manifest;
  if (question.includes('/history')) return `../../../../outside\n${release}\n${release}`;
  return poison;
}

/** Each kind of hostility: what the host does with each command after a normal log-in. */
export const hostilities = {
  'prints for ever before our script': ({ channel }) => pour(channel, channel, `${poison}\n`.repeat(500)),
  'prints for ever in an answer': ({ channel, begin }) => {
    begin();
    return pour(channel, channel, `${poison}\n`.repeat(500));
  },
  'prints for ever on standard error': ({ channel, begin }) => {
    begin();
    return pour(channel, channel.stderr, poison.repeat(500));
  },
  'sends 200 MB in one line': async ({ channel, begin, end }) => {
    begin();
    await pour(channel, channel, Buffer.alloc(2 ** 20, 'x'), 200);
    end();
    return 0;
  },
  'answers with control characters and forged lines': saying(() => poison),
  'answers as expected, with hostile texts': saying(plausible),
  'fails with hostile reasons': saying(() => '', 1, `${poison}\n  at hostile (file:1:1)\n`),
  'kills what it is to do': async ({ channel, begin }) => {
    begin();
    channel.write(poison);
    return 'KILL';
  },
  'never answers': ({ channel }) => silence(channel),
  'stops in the middle of an answer': ({ channel, begin, script }) => {
    begin();
    for (const { boundary, index } of questionsOf(script).slice(0, 1))
      channel.write(`${boundary} begin ${index}\n${poison}`);
    return silence(channel);
  },
  'closes in the middle of an answer': async ({ channel, begin }) => {
    begin();
    channel.write(poison);
    channel.close();
    return 0;
  },
  'answers nothing': saying(() => ''),
  'answers too much, too often and out of order': async ({ script, channel, begin, end }) => {
    begin();
    const questions = questionsOf(script);
    for (const { boundary } of questions.toReversed()) {
      for (const index of ['0', '0', '7777', '-1', 'length', '1e3', '__proto__']) {
        channel.write(answered(boundary, index, `held ${boundary} begin 0`));
        channel.write(`${boundary} end 0 \n${boundary} begin ${index}\n`);
      }
    }
    end();
    return 0;
  },
  'nests JSON deeply': saying(() => `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`),
  'answers with nulls': saying(() => 'null'),
  'answers with other types': saying(() => '[{"name":{},"id":[],"slot":1},null,"",-1e999]'),
  'has a login shell that prints': async ({ channel, begin, end }) => {
    channel.write(`${poison}\n`);
    channel.stderr.write(`${poison}\n`);
    begin();
    end();
    channel.write(`${poison}\n`);
    return 0;
  },
  'has a login shell that leaves': async ({ channel }) => {
    channel.stderr.write(`${poison}\n`);
    return 1;
  },
} as const satisfies Readonly<Record<string, Conduct>>;

export type Hostility = keyof typeof hostilities;

export const hostileExec = (kind: Hostility): Exec => hostile(hostilities[kind]);

interface Written {
  readonly status: string;
  readonly log: string;
  /** The record of the job with this id. */
  record(id: string): string;
}

const everywhere = (text: string): Written => ({ status: text, log: text, record: () => text });

const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;

/** What a worker writes to everything that it can write to. */
export const hostileWorkers = {
  'control characters': { status: hostileStatus, log: hostileLog, record: hostileRecord },
  'no JSON': everywhere(`${poison}${poison}`),
  nothing: everywhere(''),
  nulls: everywhere('null'),
  'deep JSON': {
    status: deep,
    log: deep,
    record: (id) => `{"id":"${id}","state":"done","output":${deep},"reason":null,"finishedAt":""}`,
  },
  'other types': everywhere('{"slot":{},"id":[],"state":7,"beat":"x","level":null,"__proto__":{"state":"done"}}'),
  'a very long line': everywhere(`"${'x'.repeat(900_000)}"`),
} as const satisfies Readonly<Record<string, Written>>;

export type WorkerKind = keyof typeof hostileWorkers;

/** A host that answers as it should, on which a worker wrote these texts. */
export const workerExec = (kind: WorkerKind): Exec => {
  const { status, log, record } = hostileWorkers[kind];
  return hostile(
    saying((question, input) => {
      if (question.includes('overview?columns=rabbitmq_version')) return '{"rabbitmq_version":"4.0.5"}';
      if (question.includes('queues/')) return '[]';
      if (question.includes('status.json')) return `1700000000000\n${status.slice(0, 4096)}`;
      if (question.includes('journalctl')) return log;
      if (question.includes(handover)) return handedOver(record)(question, input);
      return '';
    }),
  );
};

/** A host that answers every question and command with this text. */
export const answering = (text: Saying): Exec => hostile(saying(text));
