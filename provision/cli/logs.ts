import { type Command, sh } from '../command.ts';
import type { HostConfig, WorkerConfig } from '../environment.ts';
import { InputError } from '../errors.ts';
import { slotName } from '../release/group.ts';
import { exitCodes } from '../report.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { parseCount } from './number.ts';
import { connectTo, loadHosts, requireWorker } from './session.ts';

/** What the slots of a worker wrote, of all its hosts; `--follow` goes on until Ctrl-C. */
export async function logsCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const worker = requireWorker(environment, invocation.arguments.worker ?? '');
  const workerHosts = hosts.filter((host) => host.roles.includes('worker'));
  if (workerHosts.length === 0) {
    throw new InputError('NO_WORKER_HOST', `no slots run on ${hosts.map((host) => host.name).join(', ')}`, {
      hint: 'name a host with the role worker, or none for all of them',
    });
  }
  const follow = invocation.options.follow === true;
  const lines = parseCount(invocation.options.lines ?? '50', '--lines');
  const prefix = (config: HostConfig): string => (workerHosts.length > 1 ? `${config.name}  ` : '');
  await Promise.all(
    workerHosts.map(async (config) => {
      await using host = await connectTo(config, root);
      let silent = true;
      const onLine = (line: string) => {
        silent = false;
        console.log(`${prefix(config)}${line}`);
      };
      await host.follow(readJournal(worker, lines, follow), onLine, interruption.signal);
      if (silent && !follow)
        console.error(`jernverk: no slot of ${worker.name} has written a line on ${config.name} yet`);
    }),
  );
  return exitCodes.done;
}

/** Each line of a slot is JSON and names its slot; the journal keeps them under the slot's name. */
function readJournal({ name, slots }: WorkerConfig, lines: number, follow: boolean): Command {
  const identifiers = Array.from({ length: slots }, (_, number) => `--identifier=${slotName(name, number)}`);
  return sh`journalctl --quiet --no-pager --output=cat --lines=${lines} ${follow ? ['--follow'] : []} ${identifiers}`;
}
