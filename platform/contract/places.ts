import { createHash } from 'node:crypto';

/** Paths of Jernverk on a host and their owners, if more than one topic must agree on them. */

/** Secrets and the firewall's rules. For root only. */
export const configurationFolder = '/etc/jernverk';

/** State that survives a reboot. */
export const stateFolder = '/var/lib/jernverk';
/** Layers of worker images, each named by its hex SHA-256 digest. */
export const blobsFolder = `${stateFolder}/blobs/sha256`;
/**
 * The claim-check store: input and output of jobs, in one folder per worker that nobody else can enter. Root owns the
 * store's own folder, so no worker can replace the folders in it.
 */
export const filesFolder = `${stateFolder}/files`;
export const filesFolderOf = (worker: string): string => `${filesFolder}/${worker}`;
/** One line: bytes that must be free on the store's file system when a job is enqueued. */
export const filesLimitFile = `${configurationFolder}/files-free-limit`;
export const releasesFolder = `${stateFolder}/releases`;
/** One line: the id of the running release. */
export const currentReleaseFile = `${releasesFolder}/current`;
/** Ids of the releases that ran, newest first. A rollback goes to the one on the second line. */
export const historyFile = `${releasesFolder}/history`;
export const manifestFile = (release: string): string => `${releasesFolder}/${release}/manifest.json`;

/** Gone after a reboot; `systemd-tmpfiles` makes it again. */
export const runFolder = '/run/jernverk';
/** One folder per running slot, `<slot>-<revision>`, with its `status.json`. Each is a small file system of its own. */
export const slotsFolder = `${runFolder}/slots`;
/** Holds the broker's socket for those who enqueue jobs. */
export const brokerFolder = `${runFolder}/broker`;
/** One folder per worker. It holds the worker's own socket to the broker, which is all that its slots can reach. */
export const doorsFolder = `${runFolder}/doors`;
/**
 * Returns a command that prints the status file whose path is in a shell variable, or nothing. The worker can write in
 * that folder, so the command does not follow a link (root would read any file of the host) and does not wait for a
 * pipe. switch-release has the same line.
 */
export const readStatus = (variable: string): string =>
  `dd if="${variable}" iflag=nofollow,nonblock bs=4096 count=1 status=none 2>/dev/null || :`;
/** Folder of Jernverk's own small programs. */
export const programsFolder = '/usr/local/lib/jernverk';
/** Settings of the slots of one group, `<worker>-<revision>`. switch-release removes the file with the group. */
export const slotSettingsFile = (group: string): string => `${configurationFolder}/workers/${group}.json`;
/** Debian's folder of supervisord's program groups. */
export const groupsFolder = '/etc/supervisor/conf.d';

/**
 * User of the base image and of benchmarks, and the group of every Jernverk container. The host has no such account.
 */
export const workerUser = { uid: 10_001, gid: 10_001 } as const;
/** In the form that `chown` and `docker run --user` take. */
export const workerOwner = `${workerUser.uid}:${workerUser.gid}`;

/**
 * User ids of workers. Each is derived from the worker's name, so nothing has to be stored or agreed on. They lie
 * between the ids that Debian gives to people (from 1000 upwards) and those that systemd gives to services (from
 * 61184). A rule of the environment refuses two names with one id.
 */
const firstWorkerUid = 20_000;
const workerUids = 32_768;

export function workerUidOf(worker: string): number {
  return firstWorkerUid + (createHash('sha256').update(worker).digest().readUInt32BE() % workerUids);
}

/** Returns the user of one worker's containers, in the form that `chown` and `docker run --user` take. */
export const workerOwnerOf = (worker: string): string => `${workerUidOf(worker)}:${workerUser.gid}`;
