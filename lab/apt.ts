import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Suite } from './spec.ts';

/**
 * How this machine reaches Debian's packages. Hosts get the same settings, so that apt works there if it works here.
 */
export interface AptAccess {
  readonly mirror: string;
  readonly securityMirror: string;
  /** Lines of apt.conf for proxies and date checks, if this machine has any. */
  readonly configuration: readonly string[];
}

const publicMirror = 'http://deb.debian.org/debian';
const publicSecurityMirror = 'http://deb.debian.org/debian-security';

/** Returns the mirrors that this machine's apt sources name. Default: Debian's public ones. */
export function mirrorsIn(sources: string): Pick<AptAccess, 'mirror' | 'securityMirror'> {
  const live = sources.replaceAll(/^\s*#.*$/gm, '');
  const addresses = [...live.matchAll(/https?:\/\/[^\s\]]+/g)].map((match) => match[0].replace(/\/$/, ''));
  return {
    mirror: addresses.find((address) => address.endsWith('/debian')) ?? publicMirror,
    securityMirror: addresses.find((address) => address.endsWith('/debian-security')) ?? publicSecurityMirror,
  };
}

/**
 * Returns the lines of `apt-config dump` that decide whether a download works. The machine's other settings are left
 * out.
 */
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

/** Returns `/etc/apt/sources.list` of a host. */
export function sourcesList(suite: Suite, access: AptAccess): string {
  return [
    `deb ${access.mirror} ${suite} main`,
    `deb ${access.mirror} ${suite}-updates main`,
    `deb ${access.securityMirror} ${suite}-security main`,
    '',
  ].join('\n');
}
