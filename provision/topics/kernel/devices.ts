import { raw } from '../../../lib/shell.ts';
import type { Fact } from '../../engine/kind.ts';
import {
  type Change,
  changesOf,
  keysOf,
  kindOf,
  nameOf,
  notApplicable,
  type Reading,
  value,
} from '../../engine/setting.ts';
import type { Step } from '../../engine/step.ts';
import { tmpfilesFile, udevFile } from './values.ts';

/** What `/sys` says about virtual disks and transparent huge pages. */
export function deviceFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'block', 'thp');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`if systemd-detect-virt --quiet --container; then echo container; exit 0; fi
for disk in /sys/block/vd* /sys/block/sd*; do
  [ -e "$disk/queue/scheduler" ] || continue
  case "$disk" in */sd*) grep -qs '^QEMU' "$disk/device/vendor" || continue ;; esac
  echo "scheduler \${disk##*/} $(cat "$disk/queue/scheduler")"
  echo "read-ahead \${disk##*/} $(cat "$disk/queue/read_ahead_kb") KB"
done
[ ! -e /sys/kernel/mm/transparent_hugepage/enabled ] || echo "enabled - $(cat /sys/kernel/mm/transparent_hugepage/enabled)"`),
      parse: (output) => new Map(own.map((key) => [key, readingOf(key, output)])),
    },
  ];
}

function readingOf(key: string, output: string): Reading {
  if (output.startsWith('container')) {
    return notApplicable('in a container this belongs to the kernel of the outer machine');
  }
  const answers = output
    .split('\n')
    .filter((line) => line.startsWith(`${nameOf(key)} `))
    .map((line) => {
      const [, device = '', ...rest] = line.split(' ');
      return { device, text: chosen(rest.join(' ')) };
    });
  const [first] = answers;
  if (first === undefined) {
    return notApplicable(
      kindOf(key) === 'block' ? 'no virtual disk here' : 'this kernel has no transparent huge pages',
    );
  }
  if (answers.every(({ text }) => text === first.text)) return value(first.text);
  return value(answers.map(({ device, text }) => `${device} ${text}`).join(', '));
}

/** The kernel lists all choices and puts the one in use in brackets: `[none] mq-deadline`. */
const chosen = (text: string): string => /\[(\S+)\]/.exec(text)?.[1] ?? text.trim();

/** Does now what a boot would do. */
export function deviceSteps(changes: readonly Change[]): Step[] {
  const changed = (kind: string): boolean => changesOf(changes, kind).some(({ to }) => to !== null);
  return [...(changed('block') ? [applyUdevRules] : []), ...(changed('thp') ? [applyTmpfiles] : [])];
}

const applyUdevRules: Step = {
  kind: 'run',
  title: 'set scheduler and read-ahead of the disks',
  command: raw(`# ${udevFile}
udevadm control --reload
udevadm trigger --action=change --subsystem-match=block --settle`),
};

const applyTmpfiles: Step = {
  kind: 'run',
  title: 'set transparent huge pages',
  command: raw(`systemd-tmpfiles --create ${tmpfilesFile}`),
};
