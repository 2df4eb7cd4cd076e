import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import { packagesFor } from './list.ts';
import { nodeSettings } from './node.ts';
import { obstacles } from './obstacles.ts';
import { preflightSettings } from './preflight.ts';

/**
 * The host is fit for the job, has all its packages, whole and with their versions on record, and its clock is in step.
 */
export function desired({ environment, host }: DesiredContext): Settings {
  return new Map([
    ...preflightSettings(environment, host),
    ...nodeSettings(host),
    obstacles,
    ['dpkg/interrupted', 'no'],
    ...packagesFor(host).map((name): [string, string] => [`package/${name}`, 'installed']),
    ['record/versions', 'current'],
    ['time/service', 'active'],
  ]);
}
