/** Where things are on a host. Everything below `/run` is gone after a reboot and made again by `systemd-tmpfiles`. */
export const stateFolder = '/var/lib/jernverk';
/** Layers of worker images, each named by its hex SHA-256 digest. */
export const blobsFolder = `${stateFolder}/blobs/sha256`;
/** The claim-check store: input and output of jobs, owned by the user of the workers. */
export const filesFolder = `${stateFolder}/files`;
export const releasesFolder = `${stateFolder}/releases`;
/** One line: the id of the release that runs. */
export const currentReleaseFile = `${releasesFolder}/current`;
/** Ids of the releases that ran, newest first; the second line is where a rollback goes. */
export const historyFile = `${releasesFolder}/history`;
export const manifestFile = (release: string): string => `${releasesFolder}/${release}/manifest.json`;

export const runFolder = '/run/jernverk';
/** One folder for each running slot, `<slot>-<revision>`, with its `status.json`. */
export const slotsFolder = `${runFolder}/slots`;
/** Small programs of ours. */
export const programsFolder = '/usr/local/lib/jernverk';
/** Debian's folder of supervisord's program groups. */
export const groupsFolder = '/etc/supervisor/conf.d';

/** User and group inside every worker container; the host has no such account. */
export const workerUser = { uid: 10_001, gid: 10_001 } as const;
