import { createHash } from 'node:crypto';
import { accountOf } from '../../../platform/contract/permissions.ts';
import { groupsFolder, programsFolder, slotSettingsFile, workerOwnerOf } from '../../../platform/contract/places.ts';
import {
  brokerSettingsOf,
  firstRetrySeconds,
  inContainer,
  type SlotSettings,
} from '../../../platform/contract/slot-settings.ts';
import type { WorkerFile } from '../../../platform/contract/worker-file.ts';
import { render } from '../../engine/render.ts';
import type { Environment, WorkerConfig } from '../../environment/schema.ts';
import template from './group.conf.hbs';
import slotProgram from './slot.sh';

/** The slots of one worker, as supervisord's program group. */
export interface Group {
  /** `<worker>-<revision>` */
  readonly name: string;
  readonly worker: string;
  /** 8 hex digits over all that decides how the slots run. So any change makes a new group next to the old one. */
  readonly revision: string;
  readonly slots: number;
  readonly path: string;
  readonly config: string;
  /** What each of its slots has in its container. */
  readonly settingsPath: string;
  readonly settings: string;
}

interface Wanted {
  readonly config: WorkerConfig;
  readonly declared: WorkerFile;
  readonly broker: Environment['broker'];
  readonly release: string;
  /** The image that all workers are built on. */
  readonly base: string;
}

/** Returns the group that runs a worker of a release. */
export function groupOf(wanted: Wanted): Group {
  const { config, release, base } = wanted;
  const worker = config.name;
  const write = (revision: string): string =>
    render(template, {
      worker,
      release,
      revision,
      group: `${worker}-${revision}`,
      image: `jernverk/${worker}:${release}`,
      slotProgram: `${programsFolder}/slot`,
      slots: config.slots,
      user: workerOwnerOf(worker),
      memoryBytes: config.memory.bytes,
      drainSeconds: config.drain.seconds,
      stopSeconds: config.drain.seconds + 30,
    });
  const revision = createHash('sha256')
    // A running slot keeps the program that it was started with, so another program text is another revision.
    .update(`${base}\n${slotProgram}\n${write('')}\n${settingsOf(wanted, '')}`)
    .digest('hex')
    .slice(0, 8);
  const name = `${worker}-${revision}`;
  return {
    ...{ name, worker, revision, slots: config.slots },
    ...{ path: groupPath(name), config: write(revision) },
    ...{ settingsPath: slotSettingsFile(name), settings: settingsOf(wanted, revision) },
  };
}

function settingsOf({ config, declared, broker, release }: Wanted, revision: string): string {
  const settings: SlotSettings = {
    version: 1,
    worker: config.name,
    release,
    broker: brokerSettingsOf(accountOf(config.name, revision)),
    files: inContainer.files,
    filesFreeLimit: broker.diskFreeLimit.bytes,
    statusFile: inContainer.status,
    drainSeconds: config.drain.seconds,
    attempts: declared.retries + 1,
    retrySeconds: firstRetrySeconds,
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

const groupPath = (name: string): string => `${groupsFolder}/jernverk-${name}.conf`;

/** Returns the group's worker and revision from the path of its file. Null if the file is not one of ours. */
export function groupOfPath(path: string): Pick<Group, 'name' | 'worker' | 'revision'> | null {
  if (!path.startsWith(`${groupsFolder}/`)) return null;
  return groupOfName(/\/jernverk-([^/]+)\.conf$/.exec(path)?.[1] ?? '');
}

export function groupOfName(name: string): Pick<Group, 'name' | 'worker' | 'revision'> | null {
  const [, worker, revision] = /^([a-z][a-z0-9-]*)-([0-9a-f]{8})$/.exec(name) ?? [];
  return worker === undefined || revision === undefined ? null : { name, worker, revision };
}

/** `image-resizer_00`: the name of a slot in supervisord, in its journal and in its status. */
export const slotName = (worker: string, number: number): string => `${worker}_${String(number).padStart(2, '0')}`;
