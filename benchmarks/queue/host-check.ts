import * as z from 'zod';
import { type Command, raw } from '../../lib/shell.ts';
import { brokerFolder } from '../../platform/contract/places.ts';
import { apiUrl, curl } from '../../provision/topics/broker/api.ts';
import { brokerSocket, brokerUnit, curlConfig, secretsFolder } from '../../provision/topics/broker/names.ts';
import { NotMeasured } from '../suite.ts';

const dataFolder = '/var/lib/rabbitmq';

/**
 * Questions that each print one line. The disk is the lowest device: below a partition, and below a logical or
 * encrypted volume if that is on one disk, because the kernel counts flushes only there.
 */
export const askHost = (): Command =>
  raw(`command -v docker >/dev/null && docker version --format 'docker {{.Server.Version}}' 2>/dev/null || :
docker image ls --filter reference='jernverk/base' --format 'image {{.Repository}}:{{.Tag}}' 2>/dev/null | head -n 1
[ -S ${brokerSocket} ] && echo 'socket ${brokerFolder}'
pid=$(systemctl show --property=MainPID --value ${brokerUnit})
[ -r "/proc/$pid/status" ] && echo "broker_pid $pid"
[ -r ${secretsFolder}/${curlConfig} ] && ${curl} --max-time 5 --write-out '\\n' '${apiUrl}/health/checks/local-alarms' 2>/dev/null | sed 's/^/alarms /' || :
[ -d ${dataFolder} ] || exit 0
echo "free_bytes $(df --output=avail --block-size=1 ${dataFolder} | tail -n 1 | tr -d ' ')"
path=$(readlink -e "/sys/dev/block/$(findmnt --noheadings --output MAJ:MIN --target ${dataFolder} | tr -d ' ')") || path=
if [ -z "$path" ]; then
  source=$(findmnt --noheadings --nofsroot --output SOURCE --target ${dataFolder})
  path=$(readlink -e "/sys/class/block/$(basename "$(readlink -m "$source")")") || path=
fi
while [ -n "$path" ]; do
  [ ! -e "$path/partition" ] || path=\${path%/*}
  set -- "$path"/slaves/*
  [ -e "$1" ] || break
  [ $# = 1 ] || { path=; break; }
  path=$(readlink -e "$1") || path=
done
[ -z "$path" ] || echo "device \${path##*/}"`);

/** What the benchmark needs from a host. */
export interface Ready {
  readonly image: string;
  readonly brokerPid: number;
  /** Name of the disk below the broker's data. Null if there is not exactly one. */
  readonly device: string | null;
}

/** Available as soon as the broker starts, unlike its node statistics, which come seconds later. */
const health = z.object({
  status: z.enum(['ok', 'failed']),
  alarms: z.array(z.object({ resource: z.string() })).default([]),
});

const answers = z.object({
  docker: z.string().optional(),
  image: z.string().optional(),
  socket: z.string().optional(),
  broker_pid: z.coerce.number().optional(),
  alarms: z.string().optional(),
  free_bytes: z.coerce.number().optional(),
  device: z.string().optional(),
});

/** Bytes that the backlog takes, and bytes that must stay free in addition, or the broker raises an alarm. */
interface Bytes {
  readonly backlog: number;
  readonly reserve: number;
}

/**
 * Parses the output of `askHost`. Throws NotMeasured if something is missing, the broker has an alarm, or the backlog
 * could raise one.
 */
export function checkHost(name: string, printed: string, bytes: Bytes): Ready {
  const found = answers.parse(Object.fromEntries([...printed.matchAll(/^(\w+) (.*)$/gm)].map(([, k, v]) => [k, v])));
  const refuse = (what: string, remedy: string): never => {
    throw new NotMeasured(`${name}: ${what}; ${remedy}`);
  };
  const deploy = `run ./jernverk apply ${name}`;
  if (found.docker === undefined)
    return refuse('Docker is not running, and the load programs run in a container', deploy);
  if (found.image === undefined) return refuse('the image jernverk/base, which has Node.js, is missing', deploy);
  if (found.broker_pid === undefined) return refuse('RabbitMQ is not running', deploy);
  if (found.socket === undefined) return refuse(`the broker’s socket ${brokerSocket} is missing`, deploy);
  const alarms = alarmsIn(found.alarms);
  if (alarms === null) return refuse('the broker’s HTTP API does not answer Jernverk’s administrator', deploy);
  if (alarms.length > 0) {
    return refuse(
      `the broker has an alarm (${alarms.join(', ')}) and blocks publishers`,
      `free some space below ${dataFolder}, or wait until the queues are shorter`,
    );
  }
  const [free, needed] = [found.free_bytes ?? 0, bytes.backlog + bytes.reserve];
  if (free < needed) {
    const what = `${inGB(free)} is free below ${dataFolder}. The backlog needs ${inGB(bytes.backlog)}, and the broker blocks publishers below ${inGB(bytes.reserve)}`;
    return refuse(what, 'free some space, or measure with --quick');
  }
  return { image: found.image, brokerPid: found.broker_pid, device: found.device ?? null };
}

/** Null if the broker reported nothing about alarms. */
function alarmsIn(answer: string | undefined): readonly string[] | null {
  const data = readHealth(answer ?? '');
  if (data === null) return null;
  return data.status === 'ok' ? [] : data.alarms.map(({ resource }) => resource);
}

/** Null for any other answer, such as that of a broker that rejects the password. */
function readHealth(answer: string): z.output<typeof health> | null {
  try {
    return health.safeParse(JSON.parse(answer)).data ?? null;
  } catch {
    return null;
  }
}

const inGB = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
