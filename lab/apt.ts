import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Suite } from './spec.ts';

/** How this machine reaches Debian's packages. Hosts get the same, so that apt works there wherever it works here. */
export interface AptAccess {
  readonly mirror: string;
  readonly securityMirror: string;
  /** Lines of apt.conf: proxies and date checks, where this machine has any set. */
  readonly configuration: readonly string[];
}

const publicMirror = 'http://deb.debian.org/debian';
const publicSecurityMirror = 'http://deb.debian.org/debian-security';

/** The mirrors that this machine's apt sources name; Debian's public ones where they name none. */
export function mirrorsIn(sources: string): Pick<AptAccess, 'mirror' | 'securityMirror'> {
  const live = sources.replaceAll(/^\s*#.*$/gm, '');
  const addresses = [...live.matchAll(/https?:\/\/[^\s\]]+/g)].map((match) => match[0].replace(/\/$/, ''));
  return {
    mirror: addresses.find((address) => address.endsWith('/debian')) ?? publicMirror,
    securityMirror: addresses.find((address) => address.endsWith('/debian-security')) ?? publicSecurityMirror,
  };
}

/** Of `apt-config dump`, what decides whether a download works: not the machine's own habits. */
export function accessSettingsIn(dump: string): readonly string[] {
  const wanted = /^Acquire::(https?::Proxy\b.*|Check-Valid-Until|Check-Date|Retries|ForceIPv4) "[^"]+";$/i;
  return dump.split('\n').filter((line) => wanted.test(line));
}

function aptSources(): string {
  const folder = '/etc/apt/sources.list.d';
  const listed = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : [];
  const paths = ['/etc/apt/sources.list', ...listed.map((name) => join(folder, name))];
  return paths
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

export async function readAptAccess(): Promise<AptAccess> {
  const dump = await run('apt-config', ['dump']);
  return { ...mirrorsIn(aptSources()), configuration: accessSettingsIn(dump) };
}

/** `/etc/apt/sources.list` of a host. */
export function sourcesList(suite: Suite, access: AptAccess): string {
  return [
    `deb ${access.mirror} ${suite} main`,
    `deb ${access.mirror} ${suite}-updates main`,
    `deb ${access.securityMirror} ${suite}-security main`,
    '',
  ].join('\n');
}
