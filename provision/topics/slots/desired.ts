import { InputError } from '../../../lib/errors.ts';
import type { ReleaseManifest, WorkerBuild } from '../../../platform/build/manifest.ts';
import { writeManifest } from '../../../platform/build/manifest-file.ts';
import { accountOf } from '../../../platform/contract/permissions.ts';
import { fileSettings } from '../../engine/kinds/file.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import { alarmSettings } from '../broker/alarms.ts';
import { accountSettings } from '../broker/objects.ts';
import { secretSetting } from '../broker/secrets.ts';
import { baseImage } from '../docker/base-image.ts';
import { doorSettings } from './doors.ts';
import { groupOf, slotName } from './group.ts';
import { folderSetting } from './worker-folders.ts';

/**
 * The release that runs and, for each of its workers, the image, files, broker account and slots, on hosts that run
 * workers. What belongs to one worker is here and in no earlier topic, because it must not go before the slots that use
 * it.
 */
export function desired({ environment, host, release }: DesiredContext): Settings {
  if (release === null || !host.roles.includes('worker')) return new Map();
  const groups = environment.workers.map((config) =>
    groupOf({
      ...{ config, declared: buildIn(release, config.name).declared },
      ...{ broker: environment.broker, release: release.id, base: baseImage },
    }),
  );
  return new Map([
    ['release/current', release.id],
    [`manifest/${release.id}`, writeManifest(release)],
    ...groups.map(({ worker }): [string, string] => [`image/${imageName(worker, release)}`, baseImage]),
    ...groups.map(({ worker }) => folderSetting(worker)),
    ...groups.map(({ worker, revision }) => secretSetting(accountOf(worker, revision))),
    ...(host.roles.includes('broker')
      ? groups.flatMap(({ worker, revision }) => accountSettings(worker, revision))
      : []),
    ...environment.workers.flatMap(doorSettings),
    ...groups.flatMap(({ settingsPath, settings }) => fileSettings(settingsPath, settings)),
    ...groups.flatMap(({ path, config }) => fileSettings(path, config)),
    ...groups.flatMap(({ worker, slots, revision }) =>
      Array.from({ length: slots }, (_, n): [string, string] => [`slot/${slotName(worker, n)}`, `running ${revision}`]),
    ),
    ...(host.roles.includes('broker') ? alarmSettings() : []),
  ]);
}

const imageName = (worker: string, release: ReleaseManifest): string => `jernverk/${worker}:${release.id}`;

/** Throws InputError if the release was built without this worker. */
function buildIn(release: ReleaseManifest, worker: string): WorkerBuild {
  const found = release.workers.find((build) => build.worker === worker);
  if (found !== undefined) return found;
  const built = release.workers.map((build) => build.worker).join(', ') || 'none';
  throw new InputError(
    'WORKER_NOT_BUILT',
    `workers: the environment has the worker ${worker}, and release ${release.id} was built with ${built}`,
    { hint: `add the folder workers/${worker}, or take ${worker} out of the environment` },
  );
}
