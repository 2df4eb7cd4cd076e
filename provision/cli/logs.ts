import { raw, sh } from '../command.ts';
import type { HostConfig } from '../environment.ts';
import { exitCodes } from '../report.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts, requireWorker } from './session.ts';

/** What the slots of a worker wrote, of all its hosts; `--follow` goes on until Ctrl-C. */
export async function logsCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const worker = requireWorker(environment, invocation.arguments['worker'] ?? '');
  const workerHosts = hosts.filter((host) => host.roles.includes('worker'));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const follow = invocation.options['follow'] === true;
  const lines = Number(invocation.options['lines'] ?? 50);
  const prefix = (config: HostConfig): string => (workerHosts.length > 1 ? `${config.name}  ` : '');
  await Promise.all(
    workerHosts.map(async (config) => {
      await using host = await connectTo(config, root);
      await host.follow(
        tail(worker.name, lines, follow),
        (line) => console.log(`${prefix(config)}${line}`),
        stop.signal,
      );
    }),
  );
  return exitCodes.done;
}

/** One file a slot; a slot that starts while we follow is not seen until the command is run again. */
const tail = (worker: string, lines: number, follow: boolean) => sh`tail -q -n ${lines} ${raw(follow ? '-F' : '')} \
/var/log/jernverk/${worker}_*.log`;
