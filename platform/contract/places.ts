import { createHash } from 'node:crypto';

/** Where things of ours are on a host, and whose they are: what more than one topic must agree on. */

/** Secrets and the firewall's rules; root only. */
export const configurationFolder = '/etc/jernverk';

/** What outlives a reboot. */
export const stateFolder = '/var/lib/jernverk';
/** Layers of worker images, each named by its hex SHA-256 digest. */
export const blobsFolder = `${stateFolder}/blobs/sha256`;
/**
 * The claim-check store: input and output of jobs, in a folder for each worker that nobody else can enter. It is root's
 * itself, so no worker can replace the folders in it.
 */
export const filesFolder = `${stateFolder}/files`;
export const filesFolderOf = (worker: string): string => `${filesFolder}/${worker}`;
/** One line: bytes of the store's file system that must be free when a job is handed in. */
export const filesLimitFile = `${configurationFolder}/files-free-limit`;
export const releasesFolder = `${stateFolder}/releases`;
/** One line: the id of the release that runs. */
export const currentReleaseFile = `${releasesFolder}/current`;
/** Ids of the releases that ran, newest first; the second line is where a rollback goes. */
export const historyFile = `${releasesFolder}/history`;
export const manifestFile = (release: string): string => `${releasesFolder}/${release}/manifest.json`;

/** Gone after a reboot and made again by `systemd-tmpfiles`. */
export const runFolder = '/run/jernverk';
/** One folder for each running slot, `<slot>-<revision>`, with its `status.json`: a small file system of its own. */
export const slotsFolder = `${runFolder}/slots`;
/** Holds the broker's socket for those who hand in jobs. */
export const brokerFolder = `${runFolder}/broker`;
/** One folder for each worker. It holds the worker's own socket to the broker, which is all that its slots can reach. */
export const doorsFolder = `${runFolder}/doors`;
/**
 * Prints the status file whose path is in a shell variable, or nothing. The worker can write there, so a link is not
 * followed (root would read any file of the host) and a pipe is not waited for. switch-release has the same line.
 */
export const readStatus = (variable: string): string =>
  `dd if="${variable}" iflag=nofollow,nonblock bs=4096 count=1 status=none 2>/dev/null || :`;
/** Small programs of ours. */
export const programsFolder = '/usr/local/lib/jernverk';
/** Debian's folder of supervisord's program groups. */
export const groupsFolder = '/etc/supervisor/conf.d';

/** User of the base image and of benchmarks, and the group of every container of ours; the host has no such account. */
export const workerUser = { uid: 10_001, gid: 10_001 } as const;
/** As `chown` and `docker run --user` take it. */
export const workerOwner = `${workerUser.uid}:${workerUser.gid}`;

/**
 * User ids of workers, one each, from the worker's name: nothing has to be stored or agreed on. Between what Debian
 * gives to people (from 1000 upwards) and what systemd gives to services (from 61184). A rule of the environment refuses
 * two names with one id.
 */
const firstWorkerUid = 20_000;
const workerUids = 32_768;

export function workerUidOf(worker: string): number {
  return firstWorkerUid + (createHash('sha256').update(worker).digest().readUInt32BE() % workerUids);
}

/** The user of one worker's containers, as `chown` and `docker run --user` take it. */
export const workerOwnerOf = (worker: string): string => `${workerUidOf(worker)}:${workerUser.gid}`;
