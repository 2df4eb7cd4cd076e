import { atMost, type Bench, type Measurement, seconds } from './budget.ts';
import { openLab } from './lab-host.ts';
import { median } from './statistics.ts';
import { runWhole, type WholeRun } from './whole-run.ts';

const samples = 5;
const count = 10;
const names = Array.from({ length: count }, (_, n) => `budget-${n}`);

/**
 * Hosts with the smallest role, so that ten of them fit on a laptop. The first one must be the broker and is never
 * deployed.
 */
const yaml = `name: budget-hosts
terraform: { registry: none }
hosts:
  - { name: budget-broker, roles: [broker], debian: 13, lab: {} }
${names.map((name) => `  - { name: ${name}, roles: [gateway], debian: 13, lab: {} }`).join('\n')}
`;

/** An apply with nothing to do, on ten hosts and on one. */
export async function measureHosts(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, yaml, 'hosts');
  const apply = (hosts: readonly string[]) =>
    runWhole(['./jernverk', '--env', lab.file, '--json', 'apply', ...hosts], { cwd: root });
  say('first apply');
  await apply(names);
  const runs: Record<'one' | 'ten', WholeRun[]> = { one: [], ten: [] };
  for (let n = 0; n < samples; n += 1) {
    runs.one.push(await apply(names.slice(0, 1)));
    runs.ten.push(await apply(names));
  }
  const wall = (which: 'one' | 'ten') => median(runs[which].map((run) => run.milliseconds));
  const cpu = (which: 'one' | 'ten') => median(runs[which].map((run) => run.cpuMilliseconds));
  return {
    verdicts: [
      atMost(
        {
          name: '10 hosts / 1 host, each with cores of its own',
          value: 1 + (cpu('ten') - cpu('one')) / wall('one'),
          unit: '×',
        },
        1.5,
      ),
    ],
    parts: [
      seconds('1 host, median', wall('one')),
      seconds('10 hosts, median', wall('ten')),
      seconds('CPU time here, 1 host', cpu('one')),
      seconds('CPU time here, 10 hosts', cpu('ten')),
      { name: '10 hosts / 1 host on this machine', value: wall('ten') / wall('one'), unit: '×' },
    ],
    notes: [
      `${samples} applies each with nothing to do, in turn; hosts with the topics packages, kernel and firewall`,
      'the ten hosts share this machine’s cores, and real hosts do not; so the limit is on what nine more hosts cost here:',
      'the time of one host plus this program’s CPU time for the other nine, as if none of it ran while waiting for hosts',
    ],
  };
}
