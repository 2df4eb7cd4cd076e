import type { Environment } from '../../provision/environment/schema.ts';
import type { LimitVerdict, Result } from '../result.ts';

/** The names that systemd-detect-virt(1) has for containers. */
const containers: ReadonlySet<string> = new Set([
  ...['systemd-nspawn', 'lxc', 'lxc-libvirt', 'openvz', 'docker', 'podman', 'rkt', 'wsl', 'proot', 'pouch'],
  'container-other',
]);

/**
 * In a container, the disk, the processors and the kernel belong to the machine around it, which others share: the
 * figures say nothing about a queue host. They are reported but not judged. The exception is a suite that
 * `benchmarks.gate` names, because somebody has then set limits for this very host.
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
      words: `the host is a container (${virtualization}), so there is no machine to judge. Its disk, processors and kernel belong to the machine around it. The figures are that machine’s, with everything else that was running there`,
      threshold: null,
    },
    ...verdicts.map((verdict): LimitVerdict => (isJudged(verdict) ? verdict : { ...verdict, level: 'unknown' })),
  ];
}
