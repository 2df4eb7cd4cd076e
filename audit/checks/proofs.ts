import type { Proof } from '../finding.ts';
import { linesOf } from './parts.ts';
import { question } from './question.ts';

/** When the host booted, in seconds since 1970; the id of that boot; and the kind of virtualization. */
export const bootQuestion = question(
  'boot',
  `part times systemctl show --timestamp=unix --property=UserspaceTimestamp
part id cat /proc/sys/kernel/random/boot_id
tool virtualization systemd-detect-virt`,
);

/** The second at which systemd started. Null if it does not say. */
export function bootedAt(times: string): number | null {
  const [, second] = /^UserspaceTimestamp=@(\d+)/m.exec(times) ?? [];
  return second === undefined ? null : Number(second);
}

/**
 * What an observation of a configured state proves. `changedAt` is the newest change of its files: a state that is seen
 * now, and whose files are older than the boot, was restored by the boot.
 */
export function proofsOf(seen: {
  readonly running: boolean;
  readonly persistent: boolean;
  readonly changedAt: number | null;
  readonly bootedAt: number | null;
}): Proof[] {
  const { running, persistent, changedAt, bootedAt: boot } = seen;
  const afterReboot = running && persistent && changedAt !== null && boot !== null && changedAt < boot;
  return [
    ...(running ? (['running'] as const) : []),
    ...(persistent ? (['persistent'] as const) : []),
    ...(afterReboot ? (['after reboot'] as const) : []),
  ];
}

/** The newest of several times in seconds, one per line, as `stat -c %Y` prints them. Null if there is none. */
export function newest(text: string): number | null {
  const seconds = linesOf(text).map(Number).filter(Number.isFinite);
  return seconds.length === 0 ? null : Math.max(...seconds);
}
