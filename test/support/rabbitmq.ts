import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ChannelModel, connect } from 'amqplib';

/** Debian's program itself. The one in /usr/sbin changes to the user of the installed service. */
const program = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const control = '/usr/lib/rabbitmq/bin/rabbitmqctl';

/**
 * A RabbitMQ of Debian's package `rabbitmq-server`, run for tests, with its own node name, ports and data, on loopback
 * only.
 */
export interface TestBroker {
  readonly port: number;
  /** A connection as administrator, for looking at queues. */
  connect(): Promise<ChannelModel>;
  /** Takes what `rabbitmqctl set_disk_free_limit` takes. A limit above the free space is an alarm. */
  setDiskLimit(limit: string): Promise<unknown>;
  /** Kills the broker and starts it again with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Workers that get a queue, a dead-letter queue and a user of the same name, as on a deployed host. */
  readonly workers: readonly string[];
  /** Seconds. The broker proposes it to its clients. */
  readonly heartbeat?: number;
}

export const vhost = 'jernverk';
export const password = 'test-only';
const administrator = 'administrator';

export async function startBroker(options: BrokerOptions): Promise<TestBroker> {
  await access(program).catch(() => {
    throw new Error('these tests need a RabbitMQ: apt-get install --no-install-recommends rabbitmq-server');
  });
  const home = await mkdtemp(join(tmpdir(), 'jernverk-rabbitmq-'));
  const [port, distribution, epmd] = [await freePort(), await freePort(), await freePort()];
  await configure(home, port, options);
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `jernverk-test-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  };
  const open = () =>
    connect({ protocol: 'amqp', hostname: '127.0.0.1', port, username: administrator, password, vhost });
  const start = async () => {
    // A process group of its own: Erlang's helpers must end with it.
    const child = spawn(program, { env: environment, detached: true, stdio: 'ignore' });
    process.once('exit', () => killGroup(child));
    await ready(child, open, home);
    return child;
  };
  // Our own, and in the foreground: the one that Erlang itself would start outlives the test.
  const portMapper = spawn('epmd', ['-address', '127.0.0.1', '-port', String(epmd)], { stdio: 'ignore' });
  let child = await start();
  return {
    port,
    connect: open,
    setDiskLimit: (limit) =>
      promisify(execFile)(control, ['-n', environment.RABBITMQ_NODENAME, 'set_disk_free_limit', limit], {
        env: environment,
      }),
    async restart() {
      await kill(child);
      child = await start();
    },
    async stop() {
      await kill(child);
      portMapper.kill('SIGKILL');
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function configure(home: string, port: number, options: BrokerOptions): Promise<void> {
  await mkdir(join(home, 'data'));
  await writeFile(join(home, 'enabled_plugins'), '[].\n');
  await writeFile(join(home, 'definitions.json'), JSON.stringify(definitions(options)));
  await writeFile(
    join(home, 'rabbitmq.conf'),
    `listeners.tcp.default = 127.0.0.1:${port}
distribution.listener.interface = 127.0.0.1
load_definitions = ${join(home, 'definitions.json')}
heartbeat = ${options.heartbeat ?? 30}
raft.wal_max_size_bytes = 32000000
disk_free_limit.absolute = 50MB
log.file.level = warning
`,
  );
}

function definitions({ workers }: BrokerOptions) {
  const user = (name: string, tags: readonly string[]) => ({
    name,
    tags,
    password_hash: passwordHash(),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  });
  const queue = (name: string) => ({
    name,
    vhost,
    durable: true,
    auto_delete: false,
    arguments: { 'x-queue-type': 'quorum' },
  });
  const exchange = (name: string) => ({
    name,
    vhost,
    type: 'direct',
    durable: true,
    auto_delete: false,
    internal: false,
    arguments: {},
  });
  const binding = (source: string, queue: string) => ({
    source,
    vhost,
    destination: queue,
    destination_type: 'queue',
    routing_key: queue,
    arguments: {},
  });
  return {
    vhosts: [{ name: vhost }],
    users: [user(administrator, ['administrator']), user('enqueue', []), ...workers.map((name) => user(name, []))],
    permissions: [
      { user: administrator, vhost, configure: '.*', write: '.*', read: '.*' },
      { user: 'enqueue', vhost, configure: '^$', write: '^jernverk\\.jobs$', read: '^$' },
      ...workers.map((name) => ({ user: name, vhost, configure: '^$', write: `^${name}\\.dead$`, read: `^${name}$` })),
    ],
    exchanges: [exchange('jernverk.jobs'), ...workers.map((name) => exchange(`${name}.dead`))],
    bindings: workers.flatMap((name) => [binding('jernverk.jobs', name), binding(`${name}.dead`, `${name}.dead`)]),
    queues: workers.flatMap((name) => [queue(name), queue(`${name}.dead`)]),
    policies: workers.map((name) => ({
      vhost,
      name,
      pattern: `^${name}$`,
      'apply-to': 'queues',
      definition: {
        'delivery-limit': 50,
        'dead-letter-exchange': '',
        'dead-letter-routing-key': `${name}.dead`,
        'dead-letter-strategy': 'at-least-once',
        overflow: 'reject-publish',
      },
    })),
  };
}

/** https://www.rabbitmq.com/docs/passwords#this-is-the-algorithm */
function passwordHash(): string {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

async function ready(child: ChildProcess, open: () => Promise<ChannelModel>, home: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`RabbitMQ ended with ${child.exitCode ?? child.signalCode}; its log is in ${home}/log`);
    try {
      const connection = await open();
      await connection.close();
      return;
    } catch {
      await sleep(100);
    }
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  killGroup(child);
  await ended;
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on loopback');
  return address.port;
}
