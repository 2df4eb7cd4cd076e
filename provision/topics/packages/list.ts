import type { Role } from '../../environment/parts.ts';
import type { DebianRelease, HostConfig } from '../../environment/schema.ts';

/**
 * What every host gets. `time-daemon` is Debian's virtual package: a host with chrony keeps it. A host without a time
 * service gets systemd-timesyncd, the smallest one, which listens nowhere.
 */
const always = ['ca-certificates', 'curl', 'fio', 'mtr-tiny', 'nftables', 'time-daemon'] as const;

/** What a role adds. No list has a package that only a role that the host lacks would use. */
const byRole: Readonly<Record<Role, (release: DebianRelease) => readonly string[]>> = {
  broker: () => ['rabbitmq-server'],
  worker: (release) => [
    'docker.io',
    // From Debian 13 on, the command line is a package of its own, and only recommended.
    ...(release >= 13 ? ['docker-cli'] : []),
    // docker.io only recommends it, but without apparmor_parser containers run unconfined.
    'apparmor',
    'mmdebstrap',
    'supervisor',
  ],
  gateway: () => [],
};

/** The Debian packages that a host's roles need, in alphabetical order. */
export function packagesFor({ roles, debian }: Pick<HostConfig, 'roles' | 'debian'>): string[] {
  return [...new Set([...always, ...roles.flatMap((role) => byRole[role](debian))])].sort();
}

/** Virtual packages of the list, and what is installed if nothing provides them. */
export const providers: ReadonlyMap<string, string> = new Map([['time-daemon', 'systemd-timesyncd']]);

/**
 * Units that a package enables and that must not start before their topic has configured them, even if the power fails
 * in between. RabbitMQ and epmd listen on all addresses by default.
 */
export const heldBack: ReadonlyMap<string, readonly string[]> = new Map([
  ['rabbitmq-server', ['rabbitmq-server.service', 'epmd.service', 'epmd.socket']],
  ['docker.io', ['docker.service', 'docker.socket']],
  ['supervisor', ['supervisor.service']],
]);
