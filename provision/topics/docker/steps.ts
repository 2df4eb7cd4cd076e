import { lines, raw, sh } from '../../../lib/shell.ts';
import { curlHere } from '../../engine/curl.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { forgetLoaded, unitsToRestart } from '../../engine/kinds/loaded.ts';
import { reloadUnits, serviceSteps } from '../../engine/kinds/service.ts';
import { startLoaded } from '../../engine/kinds/start.ts';
import { type Change, changesOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { RunStep, Step } from '../../engine/step.ts';
import { buildBaseImage } from './base-image.ts';
import { daemonFile, storageDriver } from './desired.ts';

export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  const removed = changesOf(changes, 'image').filter((change) => change.to === null);
  const images = removed.map((change) => removeImage(nameOf(change.key)));
  const files = fileSteps(changes, wanted);
  const reload: Step[] = files.length === 0 ? [] : [reloadUnits];
  if (wanted.size === 0) return [...images, ...serviceSteps(changes), forget, ...files, ...reload];
  return [
    checkStorageDriver,
    ...files,
    ...reload,
    ...serviceSteps(changes.filter(({ key }) => key !== daemonKey)),
    ...(mustStart(changes, wanted) ? [startDocker(changes, wanted)] : []),
    ...(changesOf(changes, 'image').some((change) => change.to !== null) ? [makeBaseImage] : []),
    ...images,
  ];
}

const daemonUnit = 'docker.service';
const daemonKey = `service/${daemonUnit}`;

const mustStart = (changes: readonly Change[], wanted: Settings): boolean =>
  changes.some(({ key }) => key === daemonKey || key === 'docker/live-restore') ||
  unitsToRestart(changes, wanted).length > 0;

/**
 * Refuses before anything is changed. Another driver means that the disk cannot do overlay2, or that somebody else's
 * images and containers are stored with that driver. A switch would hide them all.
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

const forget: RunStep = { kind: 'run', title: 'forget what Docker ran with', command: forgetLoaded(daemonUnit) };

/**
 * The reload before the restart turns `live-restore` on, so that running containers live through the restart. Docker 23
 * and later can check the file without a start, so after a mistake in it a running daemon goes on.
 */
function startDocker(changes: readonly Change[], wanted: Settings): RunStep {
  const isOff = changes.some(({ key, from }) => key === daemonKey && !from?.endsWith(' active'));
  return {
    kind: 'run',
    title: isOff ? 'start Docker' : 'restart Docker',
    command: lines(
      sh`systemctl unmask --quiet ${daemonUnit}`,
      sh`systemctl enable --quiet ${daemonUnit}`,
      startLoaded({
        unit: daemonUnit,
        wanted,
        start:
          raw(`if dockerd --help 2>/dev/null | grep -q -- --validate; then dockerd --validate --config-file=${daemonFile} >&2 || exit 1; fi
systemctl reset-failed docker.socket 2>/dev/null || :
systemctl reload ${daemonUnit} 2>/dev/null || :
systemctl restart ${daemonUnit}`),
      }),
    ),
  };
}

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
