import { describe, expect, it } from 'vitest';
import { imageName, mmdebstrapArguments, recipeFor } from '../../lab/image.ts';
import { ruleset } from '../../lab/network.ts';
import { networkdFile, nspawnArguments } from '../../lab/nspawn.ts';
import { placeOf } from '../../lab/place.ts';
import { qemuArguments } from '../../lab/qemu.ts';
import { defaultSpec } from '../../lab/spec.ts';
import { knownHostsLine, sshArguments } from '../../lab/ssh.ts';
import type { Connection, HostState } from '../../lab/state.ts';

const place = placeOf('/srv/jernverk');
const host: HostState = {
  spec: defaultSpec('forge'),
  kind: 'nspawn',
  phase: 'made',
  disk: 'honest',
  address: '10.88.7.10',
  port: 22,
  image: '/srv/jernverk/.jernverk/images/trixie-nspawn-0123456789ab',
  process: null,
};
const access = {
  mirror: 'http://deb.debian.org/debian',
  securityMirror: 'http://deb.debian.org/debian-security',
  configuration: ['Acquire::http::Proxy "http://proxy.example:3128";'],
};
const golden = (name: string): string => `golden/${name}.golden`;
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('programs are started with', () => {
  it('systemd-nspawn, without systemd on the machine', async () => {
    await expect(text(nspawnArguments(host, place, '/lab/forge', false))).toMatchFileSnapshot(golden('nspawn'));
  });

  it('systemd-nspawn, in a scope of its own under systemd', () => {
    const args = nspawnArguments(host, place, '/lab/forge', true);
    expect(args).toContain('--property=MemoryMax=2147483648');
    expect(args).not.toContain('--keep-unit');
  });

  it('qemu without KVM', async () => {
    const state: HostState = { ...host, kind: 'qemu', address: '127.0.0.1', port: 40_022 };
    await expect(text(qemuArguments(state, '/lab/forge', false))).toMatchFileSnapshot(golden('qemu-tcg'));
  });

  it('qemu with KVM', async () => {
    const state: HostState = { ...host, kind: 'qemu', address: '127.0.0.1', port: 40_022 };
    await expect(text(qemuArguments(state, '/lab/forge', true))).toMatchFileSnapshot(golden('qemu-kvm'));
  });

  it('a disk that honours flushes: otherwise a power cut would prove nothing', () => {
    expect(qemuArguments(host, '/lab/forge', false).join(' ')).toContain('cache=writeback');
  });

  it('mmdebstrap for each kind', async () => {
    await expect(text(mmdebstrapArguments(recipeFor(13, 'nspawn', access), '/target'))).toMatchFileSnapshot(
      golden('mmdebstrap-nspawn'),
    );
    await expect(text(mmdebstrapArguments(recipeFor(12, 'qemu', access), '/target'))).toMatchFileSnapshot(
      golden('mmdebstrap-qemu'),
    );
  });
});

describe('files of the network', () => {
  it('are a table of our own', async () => {
    await expect(ruleset(place, { third: 7 })).toMatchFileSnapshot(golden('ruleset'));
  });

  it('give the host its address', async () => {
    const network = networkdFile('10.88.7.10', { subnet: { third: 7 }, mtu: 1400 });
    await expect(network).toMatchFileSnapshot(golden('networkd'));
  });
});

describe('images', () => {
  it('have a new name when anything in the recipe changes', () => {
    const one = imageName(recipeFor(13, 'nspawn', access));
    expect(imageName(recipeFor(13, 'nspawn', access))).toBe(one);
    expect(imageName(recipeFor(13, 'nspawn', { ...access, mirror: 'http://mirror.example/debian' }))).not.toBe(one);
    expect(one).toMatch(/^trixie-nspawn-[0-9a-f]{12}$/);
  });

  it('hold no interpreter that a bare server would lack', () => {
    const packages = recipeFor(13, 'qemu', access).packages.join(' ');
    expect(packages).not.toMatch(/python|node|curl/);
  });
});

describe('places', () => {
  it('differ by project directory and stay within 15 characters for interfaces', () => {
    const other = placeOf('/tmp/clone');
    expect(other.bridge).not.toBe(place.bridge);
    expect(other.table).not.toBe(place.table);
    expect(place.bridge.length).toBeLessThanOrEqual(15);
  });
});

describe('the SSH client', () => {
  const connection: Connection = {
    address: '127.0.0.1',
    port: 40_022,
    user: 'root',
    identity: '/lab/forge/identity',
    hostKey: 'ssh-ed25519 AAAA',
  };

  it('trusts the recorded key alone', () => {
    expect(knownHostsLine(connection)).toBe('[127.0.0.1]:40022 ssh-ed25519 AAAA\n');
    expect(knownHostsLine({ ...connection, port: 22 })).toBe('127.0.0.1 ssh-ed25519 AAAA\n');
    const args = sshArguments(connection, '/lab/forge', ['df', '-h']).join(' ');
    expect(args).toContain('StrictHostKeyChecking=yes');
    expect(args).toContain('UserKnownHostsFile=/lab/forge/known_hosts');
    expect(args.endsWith('root@127.0.0.1 df -h')).toBe(true);
  });

  it('words that stay words on the host; a single one is a line for its shell', () => {
    expect(sshArguments(connection, '/lab/forge', ['sh', '-c', 'echo "a  b"']).slice(-3)).toEqual([
      'sh',
      '-c',
      `'echo "a  b"'`,
    ]);
    expect(sshArguments(connection, '/lab/forge', ['df -h | head']).at(-1)).toBe('df -h | head');
  });
});
