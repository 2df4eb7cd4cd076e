import { InputError } from '../lib/errors.ts';
import { withEnvironment } from '../lib/own-command.ts';
import { visible } from '../lib/printable.ts';
import { type Command, sh } from '../lib/shell.ts';
import { note, say, sayJson } from '../lib/terminal.ts';
import { deepestOutput, nestsAtMost } from '../platform/contract/job.ts';
import { exitCodes } from '../provision/engine/report.ts';
import type { HostConfig, WorkerConfig } from '../provision/environment/schema.ts';
import { requireWorker } from '../provision/fleet/hosts.ts';
import { slotName } from '../provision/topics/slots/group.ts';
import { parseCount } from './arguments.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts } from './session.ts';

/** Milliseconds for reading what the journal already has. */
const journalMs = 60_000;

/** Prints what the slots of a worker wrote on all its hosts. `--follow` goes on until Ctrl-C. */
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
      /** A host may send more than it was asked for. */
      const last: string[] = [];
      const onLine = (line: string) => {
        if (follow) show(prefix(config), line);
        else if (last.push(line) > lines) last.shift();
      };
      const journal = readJournal(worker, lines, follow);
      if (follow) await host.follow(journal, onLine, interruption.signal);
      else await host.capture(journal, { onLine, timeoutMs: journalMs });
      for (const line of last) show(prefix(config), line);
      if (last.length === 0 && !follow) {
        note(`jernverk: no slot of ${worker.name} has written a line on ${config.name} yet`);
        note(withEnvironment(`  if it was never deployed: ./jernverk apply ${config.name}`));
      }
    }),
  );
  return exitCodes.done;
}

/**
 * A line of a slot's own log is JSON and stays JSON, so that a program can read it. Anything else that a worker wrote
 * is printed as a quotation, so that it cannot pass for a line of ours.
 */
function show(prefix: string, line: string): void {
  const entry = entryIn(line);
  if (entry === null) say(`${prefix}  │ ${visible(line)}`);
  else sayJson(entry, 0, prefix);
}

function entryIn(line: string): object | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && nestsAtMost(deepestOutput, entry) ? entry : null;
  } catch {
    return null;
  }
}

/** Each line of a slot is JSON and names its slot. The journal keeps the lines under the slot's name. */
function readJournal({ name, slots }: WorkerConfig, lines: number, follow: boolean): Command {
  const identifiers = Array.from({ length: slots }, (_, number) => `--identifier=${slotName(name, number)}`);
  return sh`journalctl --quiet --no-pager --output=cat --lines=${lines} ${follow ? ['--follow'] : []} ${identifiers}`;
}
