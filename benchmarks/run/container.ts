import type { Environment } from '../../provision/environment/schema.ts';
import type { LimitVerdict, Result } from '../result.ts';

/** What systemd-detect-virt(1) names containers. */
const containers: ReadonlySet<string> = new Set([
  ...['systemd-nspawn', 'lxc', 'lxc-libvirt', 'openvz', 'docker', 'podman', 'rkt', 'wsl', 'proot', 'pouch'],
  'container-other',
]);

/**
 * In a container the disk, the processors and the kernel are those of the machine around it, shared with whoever else is
 * there: its figures say nothing of a queue host. They are told, and none is judged but those of a suite that
 * `benchmarks.gate` names, for then somebody has set limits for this very host.
 */
export function judgedAsMachine(
  verdicts: readonly LimitVerdict[],
  { virtualization }: Pick<Result['host'], 'virtualization'>,
  { gate }: Pick<Environment['benchmarks'], 'gate'>,
): LimitVerdict[] {
  const isJudged = ({ suite }: LimitVerdict): boolean => gate.some((name) => name === suite);
  if (!containers.has(virtualization) || verdicts.every(isJudged)) return [...verdicts];
  return [
    {
      id: 'host/machine',
      suite: 'host',
      level: 'unknown',
      words: `the host is a container (${virtualization}), so there is no machine to judge: its disk, processors and kernel are those of the machine around it. The figures are those of that machine, as busy as it was`,
      threshold: null,
    },
    ...verdicts.map((verdict): LimitVerdict => (isJudged(verdict) ? verdict : { ...verdict, level: 'unknown' })),
  ];
}
