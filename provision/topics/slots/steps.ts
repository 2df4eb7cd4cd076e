import { posix } from 'node:path';
import { raw, sh } from '../../../lib/shell.ts';
import type { ReleaseManifest } from '../../../platform/build/manifest.ts';
import { readManifest } from '../../../platform/build/manifest-file.ts';
import {
  blobsFolder,
  manifestFile,
  programsFolder,
  releasesFolder,
  runFolder,
} from '../../../platform/contract/places.ts';
import { directorySteps } from '../../engine/kinds/directory.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { type Change, changesOf, kindOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { RunStep, Step } from '../../engine/step.ts';
import { alarmSteps } from '../broker/alarms.ts';
import { objectSteps } from '../broker/object-steps.ts';
import { secretSteps } from '../broker/secrets.ts';
import { closeDoors, openDoors } from './doors.ts';
import { groupOfPath } from './group.ts';
import { loadImage } from './image.ts';
import { heldSecret, secretLines } from './slots.ts';
import { folderSteps } from './worker-folders.ts';

/** Number of releases whose images and layers stay on the host, the current one included. */
const keptReleases = 5;

/** Seconds until the slots of a new release must be healthy: three times what a loaded machine without KVM took. */
const patience = 180;

export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  const id = wanted.get('release/current');
  if (id === undefined)
    return [
      retireAll,
      ...closeDoors(changes),
      ...fileSteps(changes, wanted),
      ...directorySteps(changes),
      removeReleases,
    ];
  const manifest = readManifest(wanted.get(`manifest/${id}`) ?? '');
  const images = changesOf(changes, 'image').filter((change) => change.to !== null);
  return [
    ...uploadSteps(images, manifest),
    ...images.map((change) => imageStep(change, manifest)),
    ...manifestSteps(changes),
    ...folderSteps(changes),
    // New accounts first. The switch removes the accounts of slots that are gone, after the drain.
    ...secretSteps(changes.filter(isWanted)),
    ...objectSteps(changes.filter(isWanted), wanted),
    ...fileSteps(changes.filter(isWanted), wanted),
    ...openDoors(changes),
    ...renewSteps(changes),
    ...restartSilent(changes),
    switchStep(id, wanted),
    ...closeDoors(changes),
    { kind: 'run', title: 'remove old releases', command: sh`${`${programsFolder}/prune-releases`} ${keptReleases}` },
    ...alarmSteps(changes),
  ];
}

const isWanted = (change: Change): boolean => change.to !== null;

const manifestSteps = (changes: readonly Change[]): Step[] =>
  changes.flatMap(({ key, to }): Step[] =>
    kindOf(key) === 'manifest' && to !== null
      ? [{ kind: 'write', path: manifestFile(nameOf(key)), content: to, mode: '0644' }]
      : [],
  );

const buildFor = (manifest: ReleaseManifest, image: string): ReleaseManifest['workers'][number] => {
  const build = manifest.workers.find(({ worker }) => image === `jernverk/${worker}:${manifest.id}`);
  if (build === undefined) throw new Error(`release ${manifest.id} has no build for the image ${image}`);
  return build;
};

function uploadSteps(images: readonly Change[], manifest: ReleaseManifest): Step[] {
  const builds = images.map((change) => buildFor(manifest, nameOf(change.key)));
  const digests = [...new Set(builds.flatMap((build) => build.layers.map((layer) => layer.digest)))];
  return digests.length === 0 ? [] : [{ kind: 'upload', title: `send release ${manifest.id}`, digests }];
}

function imageStep({ key, to }: Change, manifest: ReleaseManifest): RunStep {
  const image = nameOf(key);
  return {
    kind: 'run',
    title: `make the image ${image}`,
    command: loadImage(image, to ?? '', buildFor(manifest, image)),
  };
}

/**
 * Milliseconds. Both waits end without it: the new slots' health after `patience`, and the drain of the old slots after
 * the stop time that they were started with. Nothing here knows that time any more.
 */
const switchTimeoutMs = 24 * 3600 * 1000;

/**
 * A slot whose secret was replaced keeps its connection, but its next one would be refused. The slots restart one after
 * another, so that the others take the jobs meanwhile.
 */
function renewSteps(changes: readonly Change[]): RunStep[] {
  const stale = changesOf(changes, 'slot').some(({ from, to }) => to !== null && from === `${to}${heldSecret}`);
  // An earlier step replaces a damaged one.
  const damaged = changesOf(changes, 'secret').some(({ from, to }) => to !== null && from !== null);
  if (!stale && !damaged) return [];
  return [
    {
      kind: 'run',
      title: 'restart the slots that have an old secret, one after another',
      command: raw(`${secretLines} | while read -r _ _ folder; do
  slot=\${folder%-*}
  supervisorctl restart "\${slot%_*}-\${folder##*-}:$slot" </dev/null
done`),
      timeoutMs: switchTimeoutMs,
    },
  ];
}

/**
 * Restarts slots of the wanted revision that run and say nothing, because their status folder is full or their process
 * hangs. A slot starts again with an empty folder; the job in hand has the drain time.
 */
function restartSilent(changes: readonly Change[]): RunStep[] {
  const slots = changesOf(changes, 'slot').flatMap(({ key, from, to }) => {
    const [, worker] = /^(.*)_\d+$/.exec(nameOf(key)) ?? [];
    const [, revision] = /^running ([0-9a-f]{8})$/.exec(to ?? '') ?? [];
    const silent = from === `without status ${revision}` || from === `without a sign of life ${revision}`;
    return silent ? [`${worker}-${revision}:${nameOf(key)}`] : [];
  });
  if (slots.length === 0) return [];
  return [
    {
      kind: 'run',
      title: `restart ${slots.length === 1 ? 'a slot that is' : `${slots.length} slots that are`} silent`,
      command: sh`for slot in ${slots}; do supervisorctl restart "$slot"; done`,
      timeoutMs: switchTimeoutMs,
    },
  ];
}

/** Waits for the old slots to drain, so it may take as long as the longest job may take. */
function switchStep(id: string, wanted: Settings): RunStep {
  const groups = [...wanted]
    .filter(([key]) => kindOf(key) === 'file')
    .flatMap(([key, config]) => {
      const group = groupOfPath(nameOf(key));
      return group === null ? [] : [{ ...group, slots: numberIn(config, 'numprocs') }];
    });
  return {
    kind: 'run',
    title: `start release ${id} and drain the previous one`,
    // Runs after a failure, too. It then removes the accounts of the slots that were removed again.
    command: sh`code=0
${`${programsFolder}/switch-release`} ${id} ${patience} ${groups.map(({ name, slots }) => `${name}=${slots}`)} || code=$?
${`${programsFolder}/prune-accounts`}
exit "$code"`,
    timeoutMs: switchTimeoutMs,
  };
}

const numberIn = (config: string, option: string): number =>
  Number(new RegExp(`^${option}=(\\d+)$`, 'm').exec(config)?.[1] ?? 0);

const retireAll: RunStep = {
  kind: 'run',
  title: 'drain and remove all slots',
  command: sh`program=${`${programsFolder}/switch-release`}
[ ! -x "$program" ] || "$program" none 0
[ ! -x ${`${programsFolder}/prune-accounts`} ] || ${`${programsFolder}/prune-accounts`}
rm -f ${`${runFolder}/switch.lock`}`,
  timeoutMs: switchTimeoutMs,
};

const removeReleases: RunStep = {
  kind: 'run',
  title: 'remove all releases',
  command: raw(`if systemctl is-active --quiet docker.service; then
  docker image ls --quiet --filter label=jernverk.worker | sort -u | xargs -r docker image rm --force >/dev/null
fi
rm -rf ${releasesFolder} ${posix.dirname(blobsFolder)}`),
};
