import { InputError } from '../lib/errors.ts';
import { note, say as printLine, sayJson } from '../lib/terminal.ts';
import { environmentFile, loadEnvironment, readEnvironment } from '../provision/environment/load.ts';
import { replaceFile, withHostKey } from '../provision/environment/pin.ts';
import { selectHosts } from '../provision/fleet/hosts.ts';
import { readHostKey } from '../provision/ssh/connect.ts';
import { resolveConnection } from '../provision/ssh/connection.ts';
import { fingerprint, formatHostKey, type HostKey, parseHostKey } from '../provision/ssh/key.ts';
import { confirm } from './confirm.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './project.ts';

/** `./jernverk trust HOST`: shows the key that the host offers and pins it in the environment file after a yes. */
export async function trustCommand(invocation: Invocation, root: string = projectRoot()): Promise<number> {
  const environment = await loadEnvironment(invocation.environment, root);
  const [host] = selectHosts(environment, [invocation.arguments.host ?? '']);
  if (!host?.ssh) {
    throw new InputError('HOST_IN_LAB', `${host?.name} is a host of the lab, whose key the lab pins`);
  }
  const offered = await readHostKey(await resolveConnection(host, root), { interrupt: interruption });
  const pinned = host.ssh.hostKey === undefined ? undefined : parseHostKey(host.ssh.hostKey);
  const same = pinned?.blob.equals(offered.blob) ?? false;
  const report = (saved: boolean) => say(invocation, host.name, offered, pinned, saved);

  if (same) return report(false);
  if (host.ssh.hostKey !== undefined && invocation.options.replace !== true) throw otherKey(host.name, offered, pinned);
  if (!invocation.json) note(...describe(host.name, offered, pinned));
  if (!(await confirm(`Pin this key for ${host.name}?`, invocation))) return 1;
  const file = environmentFile(invocation.environment, root);
  const text = await readEnvironment(file, root);
  await replaceFile(file, withHostKey(text, host.name, formatHostKey(offered)));
  return report(true);
}

function otherKey(name: string, offered: HostKey, pinned: HostKey | undefined): InputError {
  return new InputError(
    'HOST_KEY_PINNED',
    `another key is pinned for ${name}\n${describe(name, offered, pinned).join('\n')}`,
    {
      hint: `if the host was reinstalled, compare the fingerprint on its console, then: ./jernverk trust ${name} --replace`,
    },
  );
}

function describe(name: string, offered: HostKey, pinned: HostKey | undefined): readonly string[] {
  const before = pinned ? [`pinned so far: ${pinned.type} ${fingerprint(pinned)}`] : [];
  return [
    `${name} offers this host key:`,
    `  type         ${offered.type}`,
    `  key          ${formatHostKey(offered)}`,
    `  fingerprint  ${fingerprint(offered)}`,
    ...before,
    'Compare the fingerprint with the one on the console of the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  ];
}

function say(
  { json }: Invocation,
  host: string,
  offered: HostKey,
  pinned: HostKey | undefined,
  saved: boolean,
): number {
  const facts = {
    host,
    type: offered.type,
    hostKey: formatHostKey(offered),
    fingerprint: fingerprint(offered),
    replaced: saved && pinned ? fingerprint(pinned) : null,
    saved,
  };
  if (json) sayJson(facts, 0);
  else printLine(`${host}: ${facts.fingerprint} ${saved ? 'is pinned now' : 'was pinned already'}`);
  return 0;
}
