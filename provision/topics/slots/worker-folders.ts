import { type Command, lines, raw, sh } from '../../../lib/shell.ts';
import { filesFolder, filesFolderOf, workerOwnerOf } from '../../../platform/contract/places.ts';
import { directorySetting } from '../../engine/kinds/directory.ts';
import { type Change, changesOf, nameOf } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';

/**
 * A worker's part of the file store. Nobody else can enter it. It stays when the worker goes, with the results of its
 * jobs.
 *
 * Root touches only this folder itself, whose parent no worker can write to, and nothing that a worker made in it.
 */
export const folderSetting = (worker: string): [string, string] =>
  directorySetting(filesFolderOf(worker), '0700', workerOwnerOf(worker));

/** Makes the folders of wanted workers, or repairs who may enter them. */
export function folderSteps(changes: readonly Change[]): RunStep[] {
  const workers = changesOf(changes, 'directory')
    .filter(({ to }) => to !== null)
    .map(({ key }) => nameOf(key).slice(filesFolder.length + 1));
  if (workers.length === 0) return [];
  return [{ kind: 'run', title: 'make the folders for job files', command: lines(functions, ...workers.map(call)) }];
}

const call = (worker: string): Command => sh`ensure_folder ${worker} ${workerOwnerOf(worker)}`;

const functions = raw(`cd ${filesFolder}
ensure_folder() {
  [ -d "$1" ] || mkdir -m 0700 "$1"
  chown -h "$2" "$1"
  chmod 0700 "$1"
}`);
