import { sh } from '../../../lib/shell.ts';
import type { Fact, Kind } from '../kind.ts';
import { absent, type Change, changesOf, keysOf, nameOf, type Reading, value } from '../setting.ts';
import type { Step } from '../step.ts';

/**
 * A folder that is mounted with more restrictions than its file system: `mount/<path>` = "nodev noexec nosuid", as the
 * kernel reports it.
 */

const restrictions = ['nodev', 'noexec', 'nosuid'] as const;

export const restrictedMountSetting = (path: string): [string, string] => [`mount/${path}`, restrictions.join(' ')];

/**
 * Returns the mount unit of a path. Only for paths of letters, digits and slashes, which systemd's escaping leaves as
 * they are.
 */
export const mountUnitOf = (path: string): string => `${path.slice(1).replaceAll('/', '-')}.mount`;

export function mountFacts(keys: readonly string[]): Fact[] {
  return keysOf(keys, 'mount').map((key): Fact => {
    return {
      keys: [key],
      command: sh`findmnt --noheadings --output OPTIONS --mountpoint ${nameOf(key)} || true`,
      parse: (output) => new Map([[key, readingOf(output)]]),
    };
  });
}

/** If a path has several mounts, the last one counts. */
function readingOf(output: string): Reading {
  const options = output.trim().split('\n').at(-1);
  if (options === undefined || options === '') return absent;
  const found = restrictions.filter((restriction) => options.split(',').includes(restriction));
  return value(found.join(' ') || 'without restrictions');
}

/** Remounts what is mounted with other options. `serviceSteps` starts the unit first and ends it. */
export function mountSteps(changes: readonly Change[]): Step[] {
  return changesOf(changes, 'mount').flatMap(({ key, from, to }): Step[] => {
    const unit = mountUnitOf(nameOf(key));
    if (from === null || to === null) return [];
    return [{ kind: 'run', title: `remount ${nameOf(key)}`, command: sh`systemctl restart ${unit}` }];
  });
}

export const mountKind: Kind = { prefixes: ['mount'], facts: mountFacts };
