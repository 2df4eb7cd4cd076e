import { raw } from '../../../lib/shell.ts';
import type { Fact, Kind } from '../kind.ts';
import { type Change, changesOf, keysOf, nameOf, notApplicable, type Reading, value } from '../setting.ts';
import type { Step } from '../step.ts';
import { fileSettings } from './file.ts';

/**
 * A systemd slice with weights: `weight/<slice>:<controller>` is its share of a busy machine, in relation to its
 * sibling slices. A weight takes nothing from a machine that is not busy.
 */

const controllers = ['cpu', 'io'] as const;

/** Weights of the broker and of all slots together. Every worker waits for the broker. */
const weights = { 'jernverk-broker.slice': 1000, 'jernverk-slots.slice': 100 } as const;
type SliceName = keyof typeof weights;

/**
 * Both are below `jernverk.slice`, as systemd sees from their names. So they share what the rest of the host leaves.
 */
export function sliceSettings(slice: SliceName): [string, string][] {
  const weight = String(weights[slice]);
  const text = `# Jernverk owns this file and writes it whole.
[Slice]
CPUWeight=${weight}
IOWeight=${weight}
`;
  return [
    ...fileSettings(`/etc/systemd/system/${slice}`, text),
    ...controllers.map((controller): [string, string] => [`weight/${slice}:${controller}`, weight]),
  ];
}

const sliceOf = (key: string): string => nameOf(key).replace(/:.*$/, '');

/**
 * Reads the weight that the kernel uses. While nothing runs in a slice there may be no control group; then the weight
 * that systemd will set is read. A container often gets no controllers from its machine.
 */
export function sliceFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'weight');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`read -r available < /sys/fs/cgroup/cgroup.controllers || available=
for slice in ${[...new Set(own.map(sliceOf))].join(' ')}; do
  [ -e "/etc/systemd/system/$slice" ] || continue
  group=$(systemctl show --property=ControlGroup --value "$slice")
  for pair in cpu:CPUWeight io:IOWeight; do
    controller=\${pair%:*}
    file=/sys/fs/cgroup$group/$controller.weight
    weight=none
    case " $available " in
      *" $controller "*)
        if [ -z "$group" ]; then weight=$(systemctl show --property="\${pair#*:}" --value "$slice")
        elif [ -e "$file" ]; then read -r weight < "$file"; fi ;;
    esac
    echo "$slice:$controller \${weight#default }"
  done
done`),
      parse: (output) =>
        new Map(
          [...output.matchAll(/^(\S+) (.+)$/gm)].map(([, name = '', text = '']) => [`weight/${name}`, readingOf(text)]),
        ),
    },
  ];
}

const readingOf = (text: string): Reading =>
  text === 'none' ? notApplicable('this host has no control groups that weigh processor or disk') : value(text);

/** Runs after the files are written and loaded. A slice takes new weights while programs run in it. */
export function sliceSteps(changes: readonly Change[]): Step[] {
  const own = changesOf(changes, 'weight').filter(({ to }) => to !== null);
  if (own.length === 0) return [];
  const slices = [...new Set(own.map(({ key }) => sliceOf(key)))];
  return [{ kind: 'run', title: 'weigh broker and slots', command: raw(`systemctl start ${slices.join(' ')}`) }];
}

export const sliceKind: Kind = { prefixes: ['weight'], facts: sliceFacts, reads: 'only its keys' };
