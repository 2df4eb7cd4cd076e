import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labDown, labUp } from '../../lab/lab.ts';
import { raw } from '../../lib/shell.ts';
import { loadEnvironment } from '../../provision/environment/load.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { labSpecOf } from '../../provision/fleet/lab-hosts.ts';
import type { Host } from '../../provision/ssh/host.ts';
import type { Bench } from './budget.ts';

/** An environment of lab hosts that exists during a measurement. */
export interface LabEnvironment extends AsyncDisposable {
  /** Absolute path of its file. */
  readonly file: string;
  readonly environment: Environment;
}

/**
 * Opens nspawn hosts for this environment: fresh ones that are removed at the end, unless the bench keeps its hosts.
 */
export async function openLab(
  { root, keep }: Pick<Bench, 'root' | 'keep'>,
  yaml: string,
  name: string,
): Promise<LabEnvironment> {
  const folder = join(root, '.jernverk', 'budgets');
  const file = join(folder, `${name}.yaml`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, yaml);
  const environment = await loadEnvironment(file, root);
  const names = environment.hosts.map((host) => host.name);
  const down = async () => {
    if (!keep) await labDown(names, { project: root });
  };
  await down();
  await labUp(environment.hosts.map(labSpecOf), { project: root, kind: 'nspawn' });
  return { file, environment, [Symbol.asyncDispose]: down };
}

/** One host as in environments/local.yaml, with its workers. */
export const oneHost = (name: string, workers: string): string => `name: ${name}
terraform: { registry: none }
hosts:
  - { name: ${name}, roles: [broker, worker], debian: 13, lab: { memory: 4 GB } }
workers:
  ${workers}
`;

/** Milliseconds of CPU time that all processes of a lab host have used. Load on the machine changes it little. */
export const hostCpu = async (host: Host): Promise<number> => (await hostCpuByUnit(host)).get('all') ?? 0;

/** The same for each systemd unit, with all containers as one. `all` also includes processes that have ended. */
export async function hostCpuByUnit(host: Host): Promise<ReadonlyMap<string, number>> {
  const text = await host.capture(
    raw(`cd /sys/fs/cgroup
sed -n 's/^usage_usec /all /p' cpu.stat
for stat in system.slice/*/cpu.stat; do unit=\${stat%/*}; sed -n "s/^usage_usec /\${unit#*/} /p" "$stat" 2>/dev/null || true; done`),
  );
  const used = new Map<string, number>();
  for (const [, unit = '', microseconds] of text.matchAll(/^(\S+) (\d+)$/gm)) {
    const name = /^docker-[0-9a-f]+\.scope$/.test(unit) ? 'containers' : unit;
    used.set(name, (used.get(name) ?? 0) + Number(microseconds) / 1000);
  }
  return used;
}
