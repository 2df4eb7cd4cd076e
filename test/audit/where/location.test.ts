import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseDelegated } from '../../../addresses/delegated.ts';
import { parseGeofeed } from '../../../addresses/geofeed.ts';
import { addressBook } from '../../../addresses/lookup.ts';
import { parseMembers } from '../../../addresses/members.ts';
import { sourceOf } from '../../../addresses/source.ts';
import type { CheckContext, Judgement } from '../../../audit/check.ts';
import { addressChecks } from '../../../audit/where/data-age.ts';
import { hostAddressesQuestion } from '../../../audit/where/host-addresses.ts';
import { codeOf, type LocationInputs } from '../../../audit/where/inputs.ts';
import { compareColumns, type LocationStatement } from '../../../audit/where/location.ts';
import { exchangeChecks, locationChecks } from '../../../audit/where/location-checks.ts';
import { cities } from '../../../benchmarks/network/cities.ts';
import { environmentSchema } from '../../../provision/environment/schema.ts';

const fixture = (name: string): Promise<string> => readFile(`test/fixtures/audit/addresses/${name}`, 'utf8');
const now = new Date('2026-11-23T12:00:00Z');
const data = parseDelegated(await fixture('delegated-ripencc-extended.txt'), 'fixture');
const details = {
  name: 'delegated statistics of ripencc',
  registry: data.registry,
  date: data.date,
  sha256: '0'.repeat(64),
  from: 'fixture',
  attribution: 'nobody',
  archive: null,
};
const addresses = addressBook([sourceOf(details, data)], now);
const geofeed = parseGeofeed(await fixture('geofeed.csv'), 'geofeed.csv');
const members = [parseMembers(await fixture('ixf-1.0.json'), 'ixf.json')];

/** Round trips that leave only these cities open. */
const leavingOpen = (...names: readonly string[]) => ({
  at: '2026-11-20T10:00:00Z',
  cities: cities.map(({ name, country }) => ({ name, country: codeOf(country), excluded: !names.includes(name) })),
});
const hosting = { name: 'Vert AS', role: 'hosting', country: 'NO', parentCountry: 'NO' };

interface Given {
  readonly ip?: readonly string[];
  readonly reachedBy?: string;
  readonly exitCode?: number;
  readonly audit?: Readonly<Record<string, unknown>>;
  readonly inputs?: Partial<LocationInputs>;
  readonly now?: Date;
}

function evaluate(id: string, given: Given): Judgement {
  const environment = environmentSchema.parse({
    name: 'test',
    hosts: [{ name: 'forge', roles: ['broker'], ssh: { address: given.reachedBy ?? '10.0.0.5', user: 'root' } }],
    audit: { processors: [hosting], ...given.audit },
  });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  const stdout = (given.ip ?? []).map((line, index) => `${index + 1}: eth0    ${line} scope global eth0`).join('\n');
  const context: CheckContext = {
    environment,
    host,
    addresses,
    now: given.now ?? now,
    answers: new Map([[hostAddressesQuestion.name, { exitCode: given.exitCode ?? 0, stdout, stderr: '' }]]),
  };
  const inputs = { addresses, geofeed: null, members: [], physics: new Map(), ...given.inputs };
  const check = [...addressChecks, ...exchangeChecks(inputs), ...locationChecks(inputs)].find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check.evaluate(context);
}

const statement = (changes: Partial<LocationStatement> = {}): LocationStatement => ({
  address: '192.0.2.1',
  jurisdiction: { holderCountry: 'NO', asn: null, asnCountry: null, declaredOwner: null, parent: null },
  physics: null,
  selfClaim: { network: '192.0.2.0/24', country: 'NO', region: null, city: null },
  ...changes,
});

describe('three columns', () => {
  it('agree where registry and self-claim name one country', () => {
    const { state, words } = compareColumns(statement());
    expect(state).toBe('agreement');
    expect(words.nb).toBe(
      '192.0.2.1: Kolonnene sier ikke hverandre imot: registeret: innehaver i NO; nettet selv: NO. Svartider er ikke målt.',
    );
    expect(words.en).toContain('registry: holder in NO; the network itself: NO. Round trips were not measured.');
  });

  it('contradict where the registry has a holder in another country than the network claims', () => {
    const { jurisdiction } = statement();
    const { state, words } = compareColumns(statement({ jurisdiction: { ...jurisdiction, holderCountry: 'GB' } }));
    expect(state).toBe('conflict');
    expect(words.nb).toContain('innehaver i GB, mens nettet selv sier at den brukes i NO');
    expect(words.en).toContain('may be in NO and still be under the law of GB');
  });

  it('contradict where the declared owner is of another country than the registry’s holder', () => {
    const declaredOwner = { name: 'Vert AS', country: 'SE' };
    const { jurisdiction } = statement();
    expect(compareColumns(statement({ jurisdiction: { ...jurisdiction, declaredOwner } })).state).toBe('conflict');
  });

  it('contradict where the round trips exclude the claimed city, or all of the claimed country', () => {
    const inBergen = { network: '192.0.2.0/24', country: 'NO', region: null, city: 'bergen' };
    expect(compareColumns(statement({ selfClaim: inBergen, physics: leavingOpen('Oslo') })).words.en).toContain(
      'exclude that city',
    );
    expect(compareColumns(statement({ physics: leavingOpen('Frankfurt') })).state).toBe('conflict');
    expect(compareColumns(statement({ physics: leavingOpen('Oslo') })).state).toBe('agreement');
  });

  it('say nothing of a claimed country that no listed city is in', () => {
    const selfClaim = { network: '192.0.2.0/24', country: 'IS', region: null, city: null };
    const { jurisdiction } = statement();
    const iceland = statement({
      selfClaim,
      jurisdiction: { ...jurisdiction, holderCountry: 'IS' },
      physics: leavingOpen('Oslo'),
    });
    expect(compareColumns(iceland).state).toBe('agreement');
  });

  it('are incomplete where one says something by itself: unknown is not agreement', () => {
    const { state, words } = compareColumns(statement({ selfClaim: null }));
    expect(state).toBe('incomplete');
    expect(words.nb).toBe('192.0.2.1: Svartider er ikke målt. Nettet har ikke oppgitt noe sted.');
  });
});

describe('where/columns-agree', () => {
  it('finds a range of a foreign holder that is used in Norway, as Azure’s: registry GB, geofeed NO', () => {
    const judgement = evaluate('where/columns-agree', {
      ip: ['inet 192.0.2.201/26'],
      inputs: { geofeed, physics: new Map([['forge', leavingOpen('Oslo', 'Kjeller')]]) },
    });
    expect(judgement.status).toBe('fail');
    expect(judgement.observed).toBe('192.0.2.201 GB');
    expect(judgement.words.nb).toContain(
      '192.0.2.201: Registeret fører adressen på en innehaver i GB, mens nettet selv sier at den brukes i NO',
    );
    expect(judgement.words.nb).toContain(
      'Vert AS er oppgitt med land NO, mens registeret fører adressen på en innehaver i GB',
    );
  });

  it('passes where the columns agree on both families', () => {
    const judgement = evaluate('where/columns-agree', {
      ip: ['inet 10.1.2.3/24', 'inet6 fe80::1/64', 'inet6 2001:db8::5/64'],
      inputs: { geofeed },
    });
    expect([judgement.status, judgement.observed]).toEqual(['pass', '2001:db8::5 NO']);
  });

  it('is as bad as the worst address', () => {
    const judgement = evaluate('where/columns-agree', {
      ip: ['inet6 2001:db8::5/64', 'inet 192.0.2.201/26'],
      inputs: { geofeed },
    });
    expect(judgement.status).toBe('fail');
  });

  it('looks at the address by which the host is reached: one behind NAT does not know it', () => {
    const judgement = evaluate('where/columns-agree', {
      ip: ['inet 10.0.0.5/24'],
      reachedBy: '192.0.2.200',
      inputs: { geofeed },
    });
    expect([judgement.status, judgement.observed]).toEqual(['fail', '192.0.2.200 GB']);
  });

  it('is not evaluated for private addresses only, and an error where the host did not answer', () => {
    expect(evaluate('where/columns-agree', { ip: ['inet 10.0.0.5/24'] }).status).toBe('not evaluated');
    expect(evaluate('where/columns-agree', { ip: [], exitCode: 127 }).status).toBe('error');
  });
});

describe('where/jurisdiction', () => {
  const status = (given: Given): string => evaluate('where/jurisdiction', given).status;
  const norwegian = { ip: ['inet 192.0.2.1/24'] };

  it('passes where holder, provider and its owner are inside', () => {
    expect(status(norwegian)).toBe('pass');
  });

  it('fails where the provider’s owner is outside, though all else is Norwegian', () => {
    const judgement = evaluate('where/jurisdiction', {
      ...norwegian,
      audit: { processors: [{ ...hosting, parentCountry: 'US' }] },
    });
    expect(judgement.status).toBe('fail');
    expect(judgement.words.nb).toBe(
      '192.0.2.1: utenfor egen grense (Norge): leverandørens eier (oppgitt) US. Loven der kan nå data som er lagret her.',
    );
  });

  it('keeps Norway as policy and the EEA as law apart', () => {
    expect(status({ ip: ['inet 198.51.100.1/24'], audit: { region: 'norway' } })).toBe('fail');
    expect(status({ ip: ['inet 198.51.100.1/24'], audit: { region: 'eea' } })).toBe('pass');
  });

  it.each(['norway', 'eea'])('counts Svalbard and Jan Mayen as outside %s', (region) => {
    expect(status({ ip: ['inet 198.18.4.1/24'], audit: { region, processors: [hosting] } })).toBe('fail');
  });

  it.each(['norway', 'eea'])('does not know a holder in no one country (EU), for %s', (region) => {
    expect(status({ ip: ['inet 203.0.113.1/24'], audit: { region, processors: [hosting] } })).toBe('not evaluated');
  });

  it('says the rule for Svalbard and Jan Mayen where it decides', () => {
    const { words } = evaluate('where/jurisdiction', { ip: ['inet 198.18.4.1/24'] });
    expect(words.nb).toContain(
      'Kodene SJ (Svalbard og Jan Mayen) og BV (Bouvetøya) regnes verken som Norge eller som EØS',
    );
    expect(words.en).toContain('Protocol 40 of the EEA Agreement');
  });

  it('names the holder of the declared AS number', () => {
    const judgement = evaluate('where/jurisdiction', {
      ...norwegian,
      audit: { processors: [hosting], network: { asn: 64500 } },
    });
    expect([judgement.status, judgement.words.en]).toEqual(['fail', expect.stringContaining('holder of AS64500 SE')]);
  });

  it('is not evaluated where a part is unknown', () => {
    expect(status({ ...norwegian, audit: { processors: [] } })).toBe('not evaluated');
    expect(status({ ...norwegian, audit: { processors: [{ ...hosting, parentCountry: undefined }] } })).toBe(
      'not evaluated',
    );
    expect(status({ ip: ['inet 198.18.5.1/24'] })).toBe('not evaluated');
  });
});

describe('where/excluded-cities', () => {
  const judgement = (...open: readonly string[]): Judgement =>
    evaluate('where/excluded-cities', { inputs: { physics: new Map([['forge', leavingOpen(...open)]]) } });

  it('passes only where every city outside is excluded', () => {
    expect(judgement('Oslo', 'Kjeller').status).toBe('pass');
    expect(judgement('Oslo', 'Karlstad')).toMatchObject({
      status: 'not evaluated',
      words: { nb: expect.stringContaining('utelukker ikke Karlstad') },
    });
  });

  it('fails where every city inside is excluded', () => {
    expect(judgement('Frankfurt').status).toBe('fail');
    expect(judgement().status).toBe('fail');
  });

  it('is not evaluated where nobody measured', () => {
    expect(evaluate('where/excluded-cities', {}).status).toBe('not evaluated');
  });

  it('knows the code of every country that has a city', () => {
    expect(cities.map(({ country }) => codeOf(country))).not.toContain('');
  });
});

describe('where/exchange-member', () => {
  const judgement = (asn: number | undefined, given = members): Judgement =>
    evaluate('where/exchange-member', { audit: { network: { asn } }, inputs: { members: given } });

  it('says at which exchange the network is, and how fast', () => {
    expect(judgement(64496).words.nb).toBe(
      'AS64496 er med på IX-A 21 Gb/s, IX-B, etter samtrafikkens egen liste (2026-11-20).',
    );
  });

  it('is not applicable where the network is not in the list: it is no requirement', () => {
    expect(judgement(64499).status).toBe('not applicable');
  });

  it('is not evaluated without an AS number or a list', () => {
    expect([judgement(undefined).status, judgement(64496, []).status]).toEqual(['not evaluated', 'not evaluated']);
  });
});

describe('addresses/data-age', () => {
  const at = (day: string): Judgement => evaluate('addresses/data-age', { now: new Date(day) });

  it('passes for 30 days after the registries’ date, and fails from the next on, with the date in both languages', () => {
    expect(at('2026-12-22T23:59:59Z').status).toBe('pass');
    const stale = at('2026-12-23T00:00:00Z');
    expect(stale.status).toBe('fail');
    expect(stale.words.nb).toContain('Adressedataene er fra 2026-11-22, 31 dager før revisjonen');
    expect(stale.words.en).toContain('The address data is from 2026-11-22, 31 days before the audit');
  });

  it('fails where the data is dated after the audit', () => {
    expect(at('2026-11-01T00:00:00Z').status).toBe('fail');
  });
});
