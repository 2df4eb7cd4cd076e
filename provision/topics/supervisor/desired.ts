import {
  blobsFolder,
  brokerFolder,
  doorsFolder,
  filesFolder,
  filesLimitFile,
  releasesFolder,
  runFolder,
  slotsFolder,
  stateFolder,
} from '../../../platform/contract/places.ts';
import { directorySetting } from '../../engine/kinds/directory.ts';
import { fileSettings } from '../../engine/kinds/file.ts';
import { mountUnitOf, restrictedMountSetting } from '../../engine/kinds/mount.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import { sliceSettings } from '../../engine/kinds/slice.ts';
import { render } from '../../engine/render.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import { programs } from '../slots/programs.ts';
import mountTemplate from './files.mount.hbs';
import tmpfilesTemplate from './tmpfiles.conf.hbs';
import unitTemplate from './unit.conf.hbs';

export const unitFile = '/etc/systemd/system/supervisor.service.d/50-jernverk.conf';
const mountUnit = mountUnitOf(filesFolder);
export const mountFile = `/etc/systemd/system/${mountUnit}`;
export const tmpfilesFile = '/etc/tmpfiles.d/jernverk.conf';

const folders = [
  { path: stateFolder, mode: '0755', user: 0, group: 0 },
  { path: blobsFolder, mode: '0755', user: 0, group: 0 },
  { path: releasesFolder, mode: '0755', user: 0, group: 0 },
  // The topic `slots` makes the workers' folders in it, because it knows when one is no longer in use.
  { path: filesFolder, mode: '0755', user: 0, group: 0 },
  { path: runFolder, mode: '0755', user: 0, group: 0 },
  { path: brokerFolder, mode: '0755', user: 0, group: 0 },
  { path: doorsFolder, mode: '0755', user: 0, group: 0 },
  { path: slotsFolder, mode: '0755', user: 0, group: 0 },
] as const;

/** Twice the broker's own limit, so that jobs alone never make the broker refuse. */
const filesLimit = (diskFreeLimit: number): string => `${2 * diskFreeLimit}\n`;

/**
 * supervisord as the slots need it: its unit, our programs, and the folders of both. Empty on hosts that run no
 * workers.
 */
export function desired({ environment, host }: DesiredContext): Settings {
  if (!host.roles.includes('worker')) return new Map();
  const longestDrain = Math.max(0, ...environment.workers.map((worker) => worker.drain.seconds));
  const stopSeconds = longestDrain + 60;
  return new Map([
    ...fileSettings(tmpfilesFile, render(tmpfilesTemplate, { folders })),
    ...folders.map(({ path, mode, user, group }) => directorySetting(path, mode, `${user}:${group}`)),
    ...fileSettings(filesLimitFile, filesLimit(environment.broker.diskFreeLimit.bytes)),
    ...fileSettings(mountFile, render(mountTemplate, { path: filesFolder })),
    serviceSetting(mountUnit, 'enabled active'),
    restrictedMountSetting(filesFolder),
    ...sliceSettings('jernverk-slots.slice'),
    ...[...programs].flatMap(([path, text]) => fileSettings(path, text, { mode: '0755' })),
    ...fileSettings(unitFile, render(unitTemplate, { stopSeconds })),
    ['unit/supervisor.service:KillMode', 'mixed'],
    ['unit/supervisor.service:Restart', 'always'],
    ['unit/supervisor.service:RestartUSec', '1s'],
    ['unit/supervisor.service:NeedDaemonReload', 'no'],
    serviceSetting('supervisor.service', 'enabled active'),
  ]);
}
