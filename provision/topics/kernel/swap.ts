import { lines, raw, sh } from '../../../lib/shell.ts';
import { stateFolder } from '../../../platform/contract/places.ts';
import type { Fact } from '../../engine/kind.ts';
import {
  absent,
  type Change,
  changesOf,
  keysOf,
  nameOf,
  notApplicable,
  type Reading,
  value,
} from '../../engine/setting.ts';
import type { Step } from '../../engine/step.ts';
import type { Size } from '../../environment/units.ts';

/**
 * Swap as "swap/1024 MB" = "present". Swap that the host had before counts. Only the rest is made, as a file of ours
 * with a systemd unit of its own, because /etc/fstab is not ours.
 */

const swapFile = `${stateFolder}/swap`;
/** systemd requires the path as the name, with `-` for `/`. */
const unit = 'var-lib-jernverk-swap.swap';
const unitFile = `/etc/systemd/system/${unit}`;
const megabyte = 2 ** 20;

export function swapSettings(wanted: Size): [string, string][] {
  const megabytes = Math.floor(wanted.bytes / megabyte);
  return megabytes === 0 ? [] : [[`swap/${megabytes} MB`, 'present']];
}

const megabytesOf = (key: string): number => Number.parseInt(nameOf(key), 10);

export function swapFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'swap');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`if systemd-detect-virt --quiet --container; then echo container; exit 0; fi
echo "boot $(systemctl is-enabled ${unit} 2>/dev/null || true)"
cat /proc/swaps`),
      parse: (output) => new Map(own.map((key) => [key, readingOf(output, megabytesOf(key))])),
    },
  ];
}

function readingOf(output: string, megabytes: number): Reading {
  if (output.startsWith('container')) return notApplicable('in a container swap is the outer machine’s');
  const atBoot = /^boot enabled/m.test(output);
  // Filename, type, size in KB, used, priority. The first page of an area holds its header and does not count.
  const areas = [...output.matchAll(/^(\/\S+)\s+(?:file|partition)\s+(\d+)/gm)].map(([, path, size]) => ({
    ours: path === swapFile,
    megabytes: Math.ceil(Number(size) / 1024),
  }));
  const sum = (ours: boolean): number =>
    areas.filter((area) => area.ours === ours).reduce((total, area) => total + area.megabytes, 0);
  const [ours, others] = [sum(true), sum(false)];
  if (others >= megabytes) return value('present');
  if (ours + others >= megabytes) return value(atBoot ? 'present' : 'present, but not after the next boot');
  return ours + others === 0 ? absent : value(`${ours + others} MB`);
}

const unitText = `# Jernverk owns this file and writes it whole.
[Unit]
Description=Jernverk: swap file

[Swap]
What=${swapFile}

[Install]
WantedBy=swap.target
`;

/** Makes a new file, so that a changed size and a file that a power cut left half made are the same case. */
export function swapSteps(changes: readonly Change[]): Step[] {
  const own = changesOf(changes, 'swap');
  const wanted = own.find((change) => change.to !== null);
  if (wanted !== undefined) return makeSwap(megabytesOf(wanted.key));
  return own.length > 0 ? removeSwap : [];
}

const stopSwap = sh`systemctl --quiet disable --now ${unit} 2>/dev/null || true
rm -f ${swapFile}`;

const makeSwap = (megabytes: number): Step[] => [
  { kind: 'write', path: unitFile, content: unitText, mode: '0644' },
  {
    kind: 'run',
    title: `make ${megabytes} MB of swap`,
    command: lines(
      stopSwap,
      raw(`free=$(df -Pm ${stateFolder} | awk 'NR == 2 { print $4 }')
others=$(awk 'NR > 1 { sum += $3 } END { print int(sum / 1024) }' /proc/swaps)
lacking=$((${megabytes} - others))
if [ "$free" -lt $((lacking + 1024)) ]; then
  echo "no space for $lacking MB of swap: /var/lib has $free MB free and must keep 1024 MB; set a smaller swap for this host" >&2
  exit 1
fi
umask 077
: > ${swapFile}
chattr +C ${swapFile} 2>/dev/null || true
# A page more, for the header. Where the file system cannot reserve without holes, zeros are written.
fallocate --length $((lacking * 1048576 + 4096)) ${swapFile} 2>/dev/null ||
  dd if=/dev/zero of=${swapFile} bs=1M count=$((lacking + 1)) status=none
mkswap --quiet ${swapFile}
sync ${swapFile}
systemctl daemon-reload
systemctl --quiet enable --now ${unit}`),
    ),
  },
];

const removeSwap: Step[] = [
  { kind: 'run', title: 'remove the swap file', command: stopSwap },
  { kind: 'remove', path: unitFile },
];
