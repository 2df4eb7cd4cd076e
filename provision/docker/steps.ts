import { raw, sh } from '../command.ts';
import { curlHere } from '../curl.ts';
import { fileSteps } from '../kinds/file.ts';
import { unitsToRestart } from '../kinds/loaded.ts';
import { reloadUnits, serviceSteps } from '../kinds/service.ts';
import { type Change, changesOf, nameOf, type Settings } from '../setting.ts';
import type { RunStep, Step } from '../step.ts';
import { buildBaseImage } from './base-image.ts';
import { storageDriver } from './desired.ts';

export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  const removed = changesOf(changes, 'image').filter((change) => change.to === null);
  const images = removed.map((change) => removeImage(nameOf(change.key)));
  const files = fileSteps(changes, wanted);
  const reload: Step[] = files.length === 0 ? [] : [reloadUnits];
  if (wanted.size === 0) return [...images, ...serviceSteps(changes), ...files, ...reload];
  return [
    checkStorageDriver,
    ...files,
    ...reload,
    ...serviceSteps(changes),
    ...(mustRestart(changes, wanted) ? [restartDocker] : []),
    ...(changesOf(changes, 'image').some((change) => change.to !== null) ? [makeBaseImage] : []),
    ...images,
  ];
}

/** Where Docker does not run yet, its start is enough. */
function mustRestart(changes: readonly Change[], wanted: Settings): boolean {
  const service = changes.find((change) => change.key === 'service/docker.service');
  if (service !== undefined && !service.from?.endsWith(' active')) return false;
  return unitsToRestart(changes, wanted).length > 0 || changes.some((change) => change.key === 'docker/live-restore');
}

/**
 * Refuses before anything is changed. Another driver means that the disk cannot do overlay2, or that images and
 * containers of somebody else are stored with that driver, and a switch would hide them all.
 */
const checkStorageDriver: RunStep = {
  kind: 'run',
  title: `check that Docker stores images with ${storageDriver}`,
  command: sh`driver=$(${raw(curlHere)} --max-time 10 --unix-socket /run/docker.sock http://localhost/info | sed -n 's/.*"Driver":"\([^"]*\)".*/\1/p')
[ -n "$driver" ] || driver=$(ls /var/lib/docker/image 2>/dev/null | head -n 1)
case $driver in ''|${storageDriver}) exit 0 ;; esac
echo "Docker on this host stores images with the driver $driver, and Jernverk runs on ${storageDriver} only. Nothing was changed. Remove /var/lib/docker if nobody needs what is in it, or take a host whose disk is ext4 or xfs." >&2
exit 1`,
};

/** The reload before the restart turns `live-restore` on, so that running containers live through the restart. */
const restartDocker: RunStep = {
  kind: 'run',
  title: 'restart Docker',
  command: raw(`systemctl reload docker.service || true
systemctl reset-failed docker.service || true
systemctl restart docker.service`),
};

const makeBaseImage: RunStep = {
  kind: 'run',
  title: 'make the base image of the workers',
  command: buildBaseImage(),
};

const removeImage = (name: string): RunStep => ({
  kind: 'run',
  title: `remove the image ${name}`,
  command: sh`docker image rm ${name} >/dev/null`,
});
