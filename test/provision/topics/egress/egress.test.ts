import { describe, expect, it } from 'vitest';
import { diff } from '../../../../provision/engine/diff.ts';
import { absent, type Reading, type Settings, value } from '../../../../provision/engine/setting.ts';
import type { Step } from '../../../../provision/engine/step.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { networksText } from '../../../../provision/topics/egress/networks.ts';
import { egress } from '../../../../provision/topics/egress/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

const digest = 'a'.repeat(64);
const services = [
  { name: 'Debian mirror', to: ['203.0.113.80', '2001:db8:80::/48'], ports: [80, 443], kind: 'supply chain' },
  { name: 'Resolver "of" ours; drop', to: ['203.0.113.53'], protocol: 'udp', ports: [53], kind: 'operations' },
  { name: 'Sister host', to: ['198.51.100.7'], kind: 'data' },
];

function wantedIn(mode: string, policy: object = {}, networks: { digest: string } | null = { digest }): Settings {
  const environment = environmentWith({}, { egress: { mode, countries: 'norway', services, ...policy } });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return egress.desired({ environment, host, release: null, networks });
}

const policyOf = (settings: Settings): string | undefined => settings.get('file//etc/jernverk/egress.nft');

describe('what is wanted', () => {
  it('is nothing where the mode is off', () => {
    expect(wantedIn('off').size).toBe(0);
  });

  it('is only counters where it observes', async () => {
    const wanted = wantedIn('observe');
    expect(policyOf(wanted)).toBeUndefined();
    await expect(wanted.get('file//etc/jernverk/seen.nft')).toMatchFileSnapshot(
      '../../../fixtures/egress/seen.nft.golden',
    );
    await expect(wanted.get('file//etc/systemd/system/jernverk-seen.service')).toMatchFileSnapshot(
      '../../../fixtures/egress/jernverk-seen.service.golden',
    );
  });

  it.each(['report', 'enforce'])('is the policy as in the golden file where the mode is %s', async (mode) => {
    await expect(policyOf(wantedIn(mode))).toMatchFileSnapshot(`../../../fixtures/egress/${mode}.nft.golden`);
    await expect(wantedIn(mode).get('file//etc/systemd/system/jernverk-egress.service')).toMatchFileSnapshot(
      '../../../fixtures/egress/jernverk-egress.service.golden',
    );
  });

  it('has no drop in a report, and an end that drops where it is enforced', () => {
    expect(policyOf(wantedIn('report'))).not.toMatch(/^[^#]*\bdrop$/m);
    expect(policyOf(wantedIn('enforce'))).toMatch(/counter name "outside" drop\n\t\}\n\}\n$/);
  });

  it('needs no networks where every country is let out', () => {
    const wanted = wantedIn('enforce', { countries: 'any' }, null);
    expect(policyOf(wanted)).not.toContain('include');
    expect([...wanted.keys()].some((key) => key.startsWith('networks/'))).toBe(false);
  });

  it('is refused where the country ring has no address data', () => {
    expect(() => wantedIn('enforce', {}, null)).toThrow('no address data');
  });

  it.each(['example.org', '192.0.2.0/33', '2001:db8::/129', '0.0.0.0/0 }; drop', 'fe80::1%eth0', ' '])(
    'refuses %j as an address of a service',
    (address) => {
      expect(() => wantedIn('enforce', { services: [{ name: 'x', to: [address], kind: 'data' }] })).toThrow(
        'expected an address or a network',
      );
    },
  );

  it('puts nothing of a name into the rules but a comment of harmless characters', () => {
    expect(policyOf(wantedIn('enforce'))).toContain('# service2 udp 53 Resolver of ours drop\n');
  });
});

it('the file of the country ring has both families, and no elements where there is no network', () => {
  const book = {
    rangesOf: (_: readonly string[], family: string) => (family === 'ipv4' ? ['198.51.100.0-198.51.100.255'] : []),
  };
  expect(networksText(book, ['NO'])).toBe(fixture('egress/networks.nft'));
});

describe('steps', () => {
  const titles = (from: Settings, to: Settings): string[] => {
    const absentKeys = [...to.keys()].map((key): [string, Reading] => [key, absent]);
    const readings = [...from].map(([key, text]): [string, Reading] => [key, value(text)]);
    return egress.steps(diff(to, new Map([...absentKeys, ...readings])).changes, to).map(titleOf);
  };
  const titleOf = (step: Step): string =>
    'title' in step ? `${step.kind}: ${step.title}` : `${step.kind}: ${step.path}`;

  it('try a new policy under guard before it reaches the disk, after its networks', () => {
    const all = titles(wantedIn('observe'), wantedIn('enforce'));
    expect(all).toEqual([
      'upload: send the networks of the country ring',
      'run: put the networks beside the rules',
      'write: /run/jernverk/egress/candidate.nft',
      'guarded: try the egress policy',
      'write: /etc/jernverk/egress.nft',
      'write: /etc/systemd/system/jernverk-egress.service',
      'run: load the egress policy and turn it on at boot',
    ]);
  });

  it('take old networks away only after the policy that named them is gone', () => {
    const all = titles(wantedIn('enforce'), wantedIn('enforce', {}, { digest: 'b'.repeat(64) }));
    expect(all.at(-1)).toBe(`remove: /etc/jernverk/networks/${digest}.nft`);
    expect(all.indexOf('guarded: try the egress policy')).toBeLessThan(all.length - 1);
  });

  it('take the policy away and keep the counters where it only observes again', () => {
    expect(titles(wantedIn('enforce'), wantedIn('observe'))).toEqual([
      'run: stop jernverk-egress.service',
      'run: delete the table of jernverk-egress.service',
      'remove: /etc/jernverk/egress.nft',
      'remove: /etc/systemd/system/jernverk-egress.service',
      'run: load unit files',
      `remove: /etc/jernverk/networks/${digest}.nft`,
    ]);
  });

  it('the way back has no variable, since systemd-run would expand it', () => {
    const wanted = wantedIn('enforce');
    const changes = [...wanted].map(([key, to]) => ({ key, from: null, to }));
    const guarded = egress.steps(changes, wanted).find((step) => step.kind === 'guarded');
    expect(guarded?.kind === 'guarded' && guarded.undo.script).toBe('nft --file /run/jernverk/egress/undo.nft');
  });
});

describe('what the host needs', () => {
  const key = 'needs/egress';
  const reading = (output: string, wanted: Settings = wantedIn('enforce')) =>
    readingsFrom(
      factsOf(egress, [key], wanted).filter((fact) => fact.keys.includes(key)),
      () => output,
    ).get(key);

  it('is let out, or says before anything is changed what to add', () => {
    expect(reading('judged\n')).toEqual({ kind: 'value', value: 'let out' });
    expect(reading('judged\nresolver 203.0.113.53 (udp 53): 203.0.113.53\n')).toEqual({
      kind: 'unknown',
      reason:
        'enforcing would cut off what the host needs: resolver 203.0.113.53 (udp 53): 203.0.113.53. Add to egress.services in the environment file: { name: "resolver 203.0.113.53", to: ["203.0.113.53"], ports: [53], protocol: udp, kind: operations }',
    });
  });

  it('never stands in the way of taking the policy away', () => {
    expect(reading('judged\nmirror deb.example (tcp 80): 203.0.113.80\n', new Map())).toEqual({
      kind: 'value',
      value: 'cut off: mirror deb.example (tcp 80): 203.0.113.80',
    });
  });

  it('is foretold before the networks are there, and refuses nothing then', () => {
    expect(reading('without-countries\n')).toEqual({ kind: 'value', value: 'let out' });
    expect(reading('without-countries\nmirror deb.example (tcp 80): 203.0.113.80\n')).toEqual({
      kind: 'value',
      value:
        'let out only if a country of the ring holds the address: mirror deb.example (tcp 80): 203.0.113.80. Add to egress.services in the environment file: { name: "mirror deb.example", to: ["203.0.113.80"], ports: [80], kind: supply chain }',
    });
  });
});

it('what an earlier mode left on the host becomes changes to null', () => {
  const output = `/etc/jernverk/egress.nft\n/etc/systemd/system/jernverk-egress.service\n/etc/jernverk/networks/${digest}.nft\ntable inet jernverk\ntable inet jernverk_egress\n`;
  const [leftover] = factsOf(egress, []);
  expect([...(leftover?.parse(output).keys() ?? [])]).toEqual([
    'file//etc/jernverk/egress.nft',
    'file//etc/systemd/system/jernverk-egress.service',
    'service/jernverk-egress.service',
    'ruleset/inet jernverk_egress',
    `networks/${digest}`,
  ]);
});
