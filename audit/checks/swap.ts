import type { Check } from '../check.ts';
import { fail, hostCheck, notApplicable, notEvaluated, pass } from './judgement.ts';
import { isEncrypted, mounts, networkDevice, parseDisks, stackOf } from './mounts.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';

const swap = question(
  'swap',
  `tool container systemd-detect-virt --container
part areas cat /proc/swaps
places() {
  awk 'NR > 1 { print $1, $2 }' /proc/swaps | while read -r path type; do
    if [ "$type" = file ]; then printf '%s %s\\n' "$path" "$(findmnt --noheadings --output MAJ:MIN --target "$path")"
    else printf '%s %s\\n' "$path" "$(lsblk --nodeps --noheadings --output MAJ:MIN "$path")"; fi
  done
}
part places places`,
);

export const checks: readonly Check[] = [
  hostCheck({
    id: 'where/swap-local',
    chapter: 'where',
    title: { nb: 'Veksleområde (swap)', en: 'Swap' },
    expected: {
      nb: 'Veksleområdet ligger på en disk som verten ser som sin.',
      en: 'Swap is on a disk that the host sees as its own.',
    },
    basis: ['GDPR art. 32', 'SOV-3'],
    questions: [swap, mounts],
    judge: (answered) => {
      const parts = answered(swap);
      if (parts.exitCode('container') === 0)
        return notApplicable({
          nb: 'Verten er en container; veksleområdet hører til maskinen utenfor.',
          en: 'The host is a container; swap belongs to the machine around it.',
        });
      const areas = parts.need('areas');
      const count = linesOf(areas).slice(1).length;
      if (!areas.startsWith('Filename'))
        throw unreadable('/proc/swaps har ingen overskrift', '/proc/swaps has no header');
      if (count === 0)
        return pass({ nb: 'Verten har ikke veksleområde.', en: 'The host has no swap.' }, areas, ['running']);
      const disks = parseDisks(answered(mounts).need('disks'));
      const fabrics = answered(mounts).need('fabrics');
      const stacks = linesOf(parts.need('places')).map((line) => {
        const [path = '', number = ''] = line.split(/\s+/);
        return { path, stack: stackOf(number, disks), encrypted: isEncrypted(number, disks) };
      });
      const observed = `${areas}\n${stacks.map(({ path, stack }) => `${path}: ${stack.map(({ kname, type }) => `${kname} ${type}`).join(' on ')}`).join('\n')}`;
      const remote = stacks.filter(({ stack }) => stack.some((disk) => networkDevice(disk, fabrics) !== null));
      if (remote.length > 0)
        return fail(
          {
            nb: `Veksleområdet ligger på en annen maskin: ${remote.map(({ path }) => path).join(', ')}.`,
            en: `Swap is on another machine: ${remote.map(({ path }) => path).join(', ')}.`,
          },
          observed,
          ['running'],
        );
      const zram = ({ path }: { path: string }): boolean => path.startsWith('/dev/zram');
      const unknown = stacks.filter((area) => !zram(area) && !area.stack.some(({ type }) => type === 'disk'));
      if (unknown.length > 0 || stacks.length !== count)
        return notEvaluated(
          { nb: 'Veksleområdet kunne ikke følges ned til en disk.', en: 'Swap could not be traced to a disk.' },
          observed,
        );
      const encrypted = stacks.every((area) => zram(area) || area.encrypted);
      return pass(
        encrypted
          ? {
              nb: 'Veksleområdet er lokalt, og kryptert eller i minnet.',
              en: 'Swap is local, and encrypted or in memory.',
            }
          : {
              nb: 'Veksleområdet er lokalt, men ikke kryptert: innhold fra minnet kan bli liggende på disken.',
              en: 'Swap is local but not encrypted: what was in memory may stay on the disk.',
            },
        observed,
        ['running'],
      );
    },
  }),
];
