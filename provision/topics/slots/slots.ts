import { raw, sh } from '../../../lib/shell.ts';
import { groupsFolder, readStatus, slotsFolder } from '../../../platform/contract/places.ts';
import { healthOf, parseSlotStatus, type SlotStatus } from '../../../platform/contract/slot-health.ts';
import { curlHere } from '../../engine/curl.ts';
import { type Fact, ifInstalled, type Kind } from '../../engine/kind.ts';
import { allAbsent, keysOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import { secretsFolder } from '../broker/names.ts';
import { groupOfName, groupOfPath } from './group.ts';

const allProcesses = '<methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>';

/** Follows "running <revision>" in a slot's reading if its secret has been replaced since it started. */
export const heldSecret = ' with an old secret';

/** Prints path and first line of each status file. */
const statusLines = `for path in ${slotsFolder}/*/status.json; do
  [ -e "$path" ] || continue
  text=$(${readStatus('$path')})
  printf '%s\\t%s\\n' "$path" "\${text%%
*}"
done`;

/** Prints "old secret <folder>" for each slot that was started with another secret than its account has now. */
export const secretLines = `inodes=$(stat -c '%n %i' ${secretsFolder}/* 2>/dev/null) || :
for record in ${slotsFolder}/*.secret; do
  [ -e "$record" ] || continue
  name=\${record##*/}
  name=\${name%.secret}
  read -r held < "$record" || held=
  case "
$inodes
" in *"
${secretsFolder}/\${name%_[0-9][0-9]-*}.\${name##*-} $held
"*) ;; *) echo "old secret $name" ;; esac
done`;

/**
 * `slot/<slot>` is "running <revision>" if supervisord runs it and it says that it takes jobs. Also returns
 * `group/<name>` for a group of ours that no key asks for: it is left over.
 *
 * One call of supervisord's XML-RPC over its socket takes a few milliseconds; supervisorctl takes 250.
 */
export function slotFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'slot');
  const asked = own.length > 0 || keys.includes('release/current');
  if (!asked) return [];
  const groups = keysOf(keys, 'file')
    .flatMap((key) => groupOfPath(nameOf(key)) ?? [])
    .map((group) => group.name);
  return [
    {
      keys: own,
      command: ifInstalled(
        'curl',
        sh`date +%s%3N
for path in ${{ script: groupsFolder }}/jernverk-*.conf; do [ ! -e "$path" ] || echo "$path"; done
${raw(statusLines)}
${raw(secretLines)}
[ -S /run/supervisor.sock ] || exit 0
${raw(curlHere)} --show-error --fail --max-time 10 --unix-socket /run/supervisor.sock --header 'Content-Type: text/xml' --data ${allProcesses} http://localhost/RPC2 || {
  code=$?
  # 7: the socket is left of a supervisord that does not run.
  [ "$code" = 7 ] || exit "$code"
}`,
      ),
      parse: (output) => parseSlots(output, own, groups),
    },
  ];
}

function parseSlots(output: string, keys: readonly string[], groups: readonly string[]): Readings {
  const readings = allAbsent(keys);
  if (output.trim() === '') return readings;
  const now = Number(/^\d+/.exec(output)?.[0]);
  const statuses = parseStatuses(output);
  const processes = parseProcesses(output);
  const stale = new Set([...output.matchAll(/^old secret (\S+)$/gm)].map(([, folder]) => folder));
  for (const { group, name, state } of processes) {
    const revision = groupOfName(group)?.revision ?? '';
    if (!groups.includes(group) || !readings.has(`slot/${name}`)) continue;
    const folder = `${name}-${revision}`;
    const text = describe(state, revision, statuses.get(folder), now);
    const runs = text === `running ${revision}`;
    readings.set(`slot/${name}`, value(runs && stale.has(folder) ? text + heldSecret : text));
  }
  const files = [...output.matchAll(/^\/\S+\.conf$/gm)].flatMap(([path]) => groupOfPath(path)?.name ?? []);
  for (const name of new Set([...files, ...processes.map((process) => process.group)])) {
    if (groupOfName(name) !== null && !groups.includes(name)) readings.set(`group/${name}`, value('left over'));
  }
  return readings;
}

interface Process {
  readonly group: string;
  readonly name: string;
  readonly state: string;
}

/** The processes in an answer to getAllProcessInfo: structs with the members group, name and statename. */
function parseProcesses(xml: string): Process[] {
  if (xml.includes('<fault>')) throw new Error(`supervisord answered with a fault: ${xml.slice(-300)}`);
  return xml
    .split('<struct>')
    .slice(1)
    .map((struct) => {
      const member = (name: string): string =>
        new RegExp(`<name>${name}</name>\\s*<value>\\s*<string>([^<]*)</string>`).exec(struct)?.[1] ?? '';
      return { group: member('group'), name: member('name'), state: member('statename') };
    });
}

/** Statuses by the name of the slot's folder, `<slot>-<revision>`. A file that cannot be read counts as none. */
function parseStatuses(output: string): Map<string, SlotStatus> {
  return new Map(
    [...output.matchAll(/\/([^/\n]+)\/status\.json\t(.*)$/gm)].flatMap(([, folder = '', text = '']) => {
      const status = parseSlotStatus(text);
      return status === null ? [] : [[folder, status] as const];
    }),
  );
}

/** What supervisord says of a process takes precedence over what the slot says of itself. */
function describe(state: string, revision: string, status: SlotStatus | undefined, now: number): string {
  const runs = state === 'RUNNING' || state === 'STARTING';
  return `${runs ? healthOf(status ?? null, now) : state.toLowerCase()} ${revision}`;
}

export const slotKind: Kind = { prefixes: ['slot', 'group'], facts: slotFacts };
