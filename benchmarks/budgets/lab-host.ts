import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labDown, labUp } from '../../lab/lab.ts';
import { specOf } from '../../provision/cli/lab.ts';
import { raw } from '../../provision/command.ts';
import type { Environment } from '../../provision/environment.ts';
import type { Host } from '../../provision/host.ts';
import { loadEnvironment } from '../../provision/load.ts';
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
  await labUp(environment.hosts.map(specOf), { project: root, kind: 'nspawn' });
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
export async function hostCpu(host: Host): Promise<number> {
  const stat = await host.capture(raw('cat /sys/fs/cgroup/cpu.stat'));
  return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1]) / 1000;
}
