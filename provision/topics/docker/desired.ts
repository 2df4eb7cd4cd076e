import { fileSettings } from '../../engine/kinds/file.ts';
import { loadedSettings } from '../../engine/kinds/loaded.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import { baseImage } from './base-image.ts';

export const daemonFile = '/etc/docker/daemon.json';
export const storageDriver = 'overlay2';

/** Every option is in Docker 20.10 (Debian 12) and 26.1 (Debian 13). */
const daemon = {
  'storage-driver': storageDriver,
  // Containers outlive a restart of the daemon, and so do the jobs in them.
  'live-restore': true,
  'log-driver': 'local',
  'log-opts': { 'max-size': '10m', 'max-file': '3' },
  // Published ports are for this machine only, because Docker's rules come before a firewall's own (moby#22054).
  ip: '127.0.0.1',
  icc: false,
  'userland-proxy': false,
  'no-new-privileges': true,
};

const mountsFile = '/etc/systemd/system/docker.service.d/50-jernverk-mounts.conf';

/**
 * If the mount below /var/lib/docker is private, as the root of a systemd-nspawn container is, each dockerd binds the
 * folder over itself. The root of a container that lives through a restart is then hidden under the new bind, and the
 * container cannot be removed: "device or resource busy" (moby#45510). On a real machine systemd makes the mounts
 * shared anyway.
 */
const mountsText = `# Jernverk owns this file and writes it whole.
[Service]
ExecStartPre=+/bin/sh -c 'mkdir -p /var/lib/docker && mount --make-shared "$(findmnt -n -o TARGET --target /var/lib/docker)"'
`;

const daemonText = `${JSON.stringify(daemon, null, 2)}\n`;

/** Docker as the workers need it. Empty on hosts that run no workers. */
export function desired({ host }: DesiredContext): Settings {
  if (!host.roles.includes('worker')) return new Map();
  return new Map([
    ...fileSettings(daemonFile, daemonText),
    ...fileSettings(mountsFile, mountsText),
    ...loadedSettings('docker.service', [daemonFile, mountsFile]),
    serviceSetting('containerd.service', 'enabled active'),
    serviceSetting('docker.socket', 'enabled active'),
    serviceSetting('docker.service', 'enabled active'),
    ['docker/storage-driver', storageDriver],
    ['docker/live-restore', 'on'],
    [`image/${baseImage}`, 'present'],
  ]);
}
