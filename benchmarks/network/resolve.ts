import { isIP } from 'node:net';
import { type Command, sh } from '../../lib/shell.ts';
import { refusal } from './refusal.ts';

/** Seconds that the host's resolver may take for a name. */
const patience = 5;

/** The tools that the probes need, and the Debian package of each. */
const packageOf: ReadonlyMap<string, string> = new Map([
  ['bash', 'bash'],
  ['ss', 'iproute2'],
  ['timeout', 'coreutils'],
  ['getent', 'libc-bin'],
]);

/** Prints `missing TOOL` for each missing tool. */
export const lookForTools: Command = sh`for tool in ${[...packageOf.keys()]}; do
  command -v "$tool" >/dev/null || echo "missing $tool"
done`;

/** What to install. Null if nothing is missing. */
export function missingTools(output: string): string | null {
  const missing = [...output.matchAll(/^missing (\S+)$/gm)].map(([, tool = '']) => packageOf.get(tool) ?? tool);
  return missing.length === 0
    ? null
    : `round trips need ${missing.join(', ')}: run apt-get install ${missing.join(' ')}`;
}

/**
 * Asks the host's own resolver for all names at once; an address stays as it is. The first answer is the one to which a
 * program would connect (RFC 6724). Prints `INDEX STATUS ADDRESS …` for each, in any order.
 */
export const resolveNames = (hosts: readonly string[]): Command => sh`index=0
for host in ${hosts}; do
  (
    status=0
    answer=$(timeout ${patience} getent ahosts "$host") || status=$?
    echo "$index $status $answer" | head -n 1
  ) &
  index=$((index + 1))
done
wait`;

export interface Resolved {
  readonly address: string | null;
  /** Why there is no address that may be contacted. Null if there is one. */
  readonly reason: string | null;
}

/** In the order of the hosts. */
export function parseResolved(output: string, hosts: readonly string[]): readonly Resolved[] {
  const answers = new Map(
    output.split('\n').map((line): [string, readonly string[]] => {
      const [index = '', ...rest] = line.split(' ');
      return [index, rest];
    }),
  );
  return hosts.map((host, index) => {
    const [status, address = ''] = answers.get(String(index)) ?? [];
    if (status === '0' && isIP(address) !== 0) return judge(address);
    return { address: null, reason: why(host, status) };
  });
}

function judge(address: string): Resolved {
  const refused = refusal(address);
  return refused === null ? { address, reason: null } : { address: null, reason: `not asked: ${refused}` };
}

/** Exit codes of `timeout` and of `getent`. */
function why(host: string, status: string | undefined): string {
  if (status === undefined) return `the host gave no answer about ${host}`;
  if (status === '124') return `the host’s resolver did not answer for ${host} within ${patience} s`;
  return `the host’s resolver has no address for ${host}`;
}
