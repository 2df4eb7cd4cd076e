import { describe, expect, it } from 'vitest';
import { diff } from '../../../../provision/engine/diff.ts';
import type { Readings, Settings } from '../../../../provision/engine/setting.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { firewall } from '../../../../provision/topics/firewall/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

function wantedWith(open: readonly object[] = [], hostConfig: object = {}): Settings {
  const environment = environmentWith(hostConfig, { firewall: { open } });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return firewall.desired({ environment, host, release: null, networks: null });
}

const rulesOf = (settings: Settings): string => settings.get('file//etc/jernverk/firewall.nft') ?? '';
const key = 'ruleset/inet jernverk';
const wanted = new Map([[key, wantedWith().get(key) ?? '']]);
const readings = (output: string): Readings => readingsFrom(factsOf(firewall, [key]), () => output);
const live = (scenario: string): string => fixture(`firewall/${scenario}/ruleset.txt`);

describe('the rules', () => {
  it('are as the golden file, with every kind of opening', async () => {
    const open = [
      { port: 443, roles: ['worker'] },
      { port: 53, protocol: 'udp', from: ['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'], hosts: ['forge'] },
    ];
    await expect(rulesOf(wantedWith(open))).toMatchFileSnapshot('../../../fixtures/firewall/firewall.nft.golden');
  });

  it('the unit is as the golden file', async () => {
    await expect(wantedWith().get('file//etc/systemd/system/jernverk-firewall.service')).toMatchFileSnapshot(
      '../../../fixtures/firewall/jernverk-firewall.service.golden',
    );
  });

  it('come back by the unit when nftables.service is restarted or reloaded, and within a minute after any other flush', async () => {
    const all = wantedWith();
    const unit = all.get('file//etc/systemd/system/jernverk-firewall.service');
    expect(unit).toMatch(/^After=nftables.service /m);
    expect(unit).toMatch(/^PartOf=nftables.service\nReloadPropagatedFrom=nftables.service$/m);
    expect(all.get('service/jernverk-firewall-heal.timer')).toBe('enabled active');
    expect(all.get('file//etc/systemd/system/jernverk-firewall-heal.timer')).toMatch(/^OnCalendar=minutely$/m);
    await expect(all.get('file//etc/systemd/system/jernverk-firewall-heal.service')).toMatchFileSnapshot(
      '../../../fixtures/firewall/jernverk-firewall-heal.service.golden',
    );
  });

  it('let in SSH on the port that the environment names', () => {
    expect(rulesOf(wantedWith())).toContain('tcp dport 22 accept');
    expect(rulesOf(wantedWith([], { ssh: { address: '192.0.2.1', port: 2222 } }))).toContain('tcp dport 2222 accept');
  });

  it('open a port only on the hosts that are named, or have the role', () => {
    const open = [
      { port: 8443, roles: ['gateway'] },
      { port: 9100, hosts: ['hearth'] },
    ];
    expect(rulesOf(wantedWith(open))).toBe(rulesOf(wantedWith()));
    expect(rulesOf(wantedWith(open, { name: 'hearth' }))).toMatch(/9100 accept/);
    expect(rulesOf(wantedWith(open, { roles: ['gateway'] }))).toMatch(/8443 accept/);
  });

  it('never flush what is not ours, and never look at forwarded packets', () => {
    expect(rulesOf(wantedWith())).not.toMatch(/flush|hook forward/);
  });

  it.each(['example.org', '192.0.2.0/33', '2001:db8::/129', '0.0.0.0/0 accept; #', 'fe80::1%eth0', '1.2.3.4/8/8', ''])(
    'refuse %j as a source',
    (source) => {
      expect(() => wantedWith([{ port: 443, from: [source], roles: ['worker'] }])).toThrow();
    },
  );
});

describe.each(['nft-1.0.6', 'nft-1.1.3'])('the table in the kernel, listed by %s', (version) => {
  it('is as loaded', () => {
    expect(diff(wanted, readings(live(version))).changes).toEqual([]);
  });

  it('with a rule added by hand differs, and names the rule', () => {
    const reading = readings(live(`${version}-rule-added`)).get(key);
    expect(reading).toEqual({ kind: 'value', value: 'changed by hand: + tcp dport 4444 accept' });
  });

  it('with rules in another order differs', () => {
    const [recorded = '', now = ''] = live(version).split(/^live$/m);
    const swapped = now.replace(/(.*ct state established.*\n)(.*ct state invalid.*\n)/, '$2$1');
    expect(readings(`${recorded}live${swapped}`).get(key)).toMatchObject({ value: expect.stringContaining('order') });
  });

  it('of a file that was edited since differs', () => {
    expect(readings(`file changed\n${live(version)}`).get(key)).toMatchObject({
      value: expect.stringContaining('has changed since it was loaded'),
    });
  });
});

it('no table is absent; a table without a record was loaded by somebody else; a cut listing is unknown', () => {
  expect(readings('').get(key)).toEqual({ kind: 'absent' });
  expect(readings('recorded\nlive\ntable inet jernverk {\n}\n').get(key)).toEqual({
    kind: 'value',
    value: 'loaded by somebody else',
  });
  expect(readings('recorded\ntable inet').get(key)?.kind).toBe('unknown');
});

describe('steps', () => {
  const titles = (changed: string, from: string | null = null): string[] => {
    const all = wantedWith();
    return firewall
      .steps([{ key: changed, from, to: all.get(changed) ?? null }], all)
      .map((step) => ('title' in step ? step.title : `${step.kind} ${'path' in step ? step.path : ''}`));
  };

  it('new rules are tried under guard before they reach the disk', () => {
    expect(titles('file//etc/jernverk/firewall.nft')).toEqual([
      'write /run/jernverk/firewall/candidate.nft',
      'try the firewall rules',
      'write /etc/jernverk/firewall.nft',
      'load the firewall and turn it on at boot',
    ]);
  });

  it('a unit that is off is turned on without a guard', () => {
    expect(titles('service/jernverk-firewall.service')).toEqual(['load the firewall and turn it on at boot']);
  });

  it('the way back has no variable, since systemd-run would expand it', () => {
    const guarded = firewall.steps([{ key, from: null, to: '' }], wantedWith()).find((step) => step.kind === 'guarded');
    expect(guarded?.kind === 'guarded' && guarded.undo.script).toBe('nft --file /run/jernverk/firewall/undo.nft');
  });

  it('destroy deletes the table and the files', () => {
    const changes = [...wantedWith().keys()].map((each) => ({ key: each, from: 'x', to: null }));
    const kinds = firewall.steps(changes, new Map()).map((step) => ('title' in step ? step.title : step.kind));
    expect(kinds).toEqual([
      'stop jernverk-firewall-heal.timer',
      'stop jernverk-firewall.service',
      'delete the firewall table',
      'remove',
      'remove',
      'remove',
      'remove',
      'load unit files',
    ]);
  });
});
