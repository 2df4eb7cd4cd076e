import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { lines, raw, sh } from '../../lib/shell.ts';
import type { Host } from '../../provision/ssh/host.ts';

/**
 * Secrets with known values, planted before the first deploy, because the host keeps a password that it has. Afterwards
 * every artefact is searched for them. The search reads them from a file, because an argument would itself be a
 * finding.
 */
export interface Poison {
  readonly values: readonly string[];
  /** Returns where one of them is on the host, apart from its own file: paths, and `journal`, `docker`, `processes`. */
  findOnHost(): Promise<string[]>;
  /** Returns which of these texts contain one. */
  findIn(texts: ReadonlyMap<string, string>): string[];
  /** Returns the files below these folders of this machine that contain one. */
  findBelow(...folders: readonly string[]): Promise<string[]>;
}

const secrets = '/etc/jernverk/secrets/rabbitmq';
/**
 * The test's folder on the host: the values to look for, and the processes that had one in arguments or environment.
 */
const watch = '/run/poison';

export async function plantPoison(host: Host, users: readonly string[]): Promise<Poison> {
  const planted = users.map((user) => ({ user, value: randomBytes(32).toString('base64url') }));
  const values = planted.map(({ value }) => value);
  await host.run(
    lines(
      sh`umask 077; mkdir -p ${secrets} ${watch}`,
      ...planted.map(({ user, value }) => sh`printf %s ${value} > ${`${secrets}/${user}`}`),
      sh`printf '%s\n' ${values} > ${watch}/values`,
      raw(watcher),
    ),
  );
  return {
    values,
    findOnHost: async () => (await host.capture(raw(search))).split('\n').filter((line) => line !== ''),
    findIn: (texts) =>
      [...texts].filter(([, text]) => values.some((value) => text.includes(value))).map(([title]) => title),
    findBelow: (...folders) => grepHere(values, folders),
  };
}

/** Looks at arguments and environment of all processes five times a second while the host runs. */
const watcher = `cat > ${watch}/look <<'END'
while sleep 0.2; do
  cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -aoF -f ${watch}/values >> ${watch}/processes
done
END
systemd-run --quiet --unit=poison-watch sh ${watch}/look`;

const folders =
  '/etc /home /root /run /tmp /usr/local /var/lib/docker /var/lib/jernverk /var/lib/rabbitmq /var/log /var/tmp';

/** Containers' merged roots show the mounted secret, which belongs there. Their own layers are searched. */
const search = `set +e
grep -rlaF -D skip --exclude-dir=merged --exclude-dir=rootfs -f ${watch}/values ${folders} 2>/dev/null |
  grep -v -e '^${secrets}/' -e '^${watch}/' -e '^/run/log/journal/' -e '^/var/log/journal/'
journalctl --quiet --no-pager --output=export | grep -qaF -f ${watch}/values && echo journal
{ docker ps --all --quiet --no-trunc | xargs -r docker inspect
  docker image ls --all --quiet --no-trunc | sort -u | while read -r image; do
    docker image inspect "$image"; docker image history --no-trunc "$image"
  done; } 2>/dev/null | grep -qaF -f ${watch}/values && echo docker
[ ! -s ${watch}/processes ] || echo processes
true`;

async function grepHere(values: readonly string[], folders: readonly string[]): Promise<string[]> {
  const patterns = values.flatMap((value) => ['-e', value]);
  const { stdout } = await promisify(execFile)('grep', ['-rlaF', ...patterns, '--', ...folders]).catch(
    (error: { code?: number; stdout?: string }) => {
      if (error.code === 1) return { stdout: '' };
      throw error;
    },
  );
  return stdout.split('\n').filter((line) => line !== '');
}
