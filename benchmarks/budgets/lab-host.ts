import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labDown, labUp } from '../../lab/lab.ts';
import { raw } from '../../lib/shell.ts';
import { loadEnvironment } from '../../provision/environment/load.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { labSpecOf } from '../../provision/fleet/lab-hosts.ts';
import type { Host } from '../../provision/ssh/host.ts';
import type { Bench } from './budget.ts';

/** An environment of lab hosts that lives as long as a measurement. */
export interface LabEnvironment extends AsyncDisposable {
  /** Absolute path of its file. */
  readonly file: string;
  readonly environment: Environment;
}

/** nspawn hosts for this environment: fresh ones that go again, unless the bench keeps its hosts. */
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

/** One host as in environments/local.yaml, and its workers. */
export const oneHost = (name: string, workers: string): string => `name: ${name}
terraform: { registry: none }
hosts:
  - { name: ${name}, roles: [broker, worker], debian: 13, lab: { memory: 4 GB } }
workers:
  ${workers}
`;

/** Milliseconds of CPU that all processes of a lab host have used: load on the machine does not change it much. */
export const hostCpu = async (host: Host): Promise<number> => (await hostCpuByUnit(host)).get('all') ?? 0;

/** The same by systemd's units, all containers as one, and `all` of them with what has ended. */
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
