import type { Audit } from '../../../../audit/audit.ts';
import type { BundleContents } from '../../../../audit/evidence/bundle.ts';
import type { Declared } from '../../../../audit/evidence/record-of-processing.ts';
import type { Finding } from '../../../../audit/finding.ts';
import { audit as declaredSchema } from '../../../../provision/environment/audit.ts';

const base: Finding = {
  id: 'where/disk-local',
  chapter: 'where',
  host: 'forge',
  title: { nb: 'Data ligger på lokal disk', en: 'Data is on a local disk' },
  status: 'pass',
  words: { nb: 'Alle monteringer er lokale.', en: 'All mounts are local.' },
  observed: '/dev/vda1 on / type ext4\n/dev/vda2 on /var type ext4',
  expected: { nb: 'Ingen nettverksdisk.', en: 'No network disk.' },
  command: 'findmnt --json',
  at: '2026-11-23T12:00:01Z',
  proves: ['running', 'persistent'],
  basis: ['GDPR art. 32', 'SOV-3'],
  evidence: ['raw/forge/mounts.txt'],
  waiver: null,
};

/** A finding like the example, but for what is given. */
export const finding = (different: Partial<Finding> = {}): Finding => ({ ...base, ...different });

/** Of every status, with hostile text of a host among it, in no order. */
const findings: readonly Finding[] = [
  finding({
    id: 'controls/controller',
    chapter: 'controls',
    host: '',
    status: 'fail',
    title: { nb: 'Behandlingsansvarlig er oppgitt', en: 'The controller is declared' },
    words: { nb: 'Ingen er oppgitt.', en: 'Nobody is declared.' },
    observed: '',
    expected: { nb: 'Et navn.', en: 'A name.' },
    command: 'audit.controller',
    proves: [],
    basis: ['GDPR art. 30'],
    evidence: [],
  }),
  finding({
    id: 'destinations/resolvers',
    chapter: 'destinations',
    status: 'fail',
    title: { nb: 'Navneoppslag skjer i EØS', en: 'Names are looked up in the EEA' },
    words: { nb: 'Oppslag går til 203.0.113.9 (US).', en: 'Lookups go to 203.0.113.9 (US).' },
    observed: 'nameserver 203.0.113.9',
    evidence: ['raw/forge/resolv.txt'],
    waiver: { reason: 'Byttes i januar', expires: '2027-01-31' },
  }),
  finding({
    id: 'access/logins',
    chapter: 'access',
    status: 'error',
    words: {
      nb: 'last svarte ikke: </script><img src=x>\n=HYPERLINK("http://x")',
      en: 'last did not answer:\r\n[click](javascript:1) `code` <b>\u0007\u001b[2J\u202e',
    },
    observed: '\u001b[31mroot\u0000\n```\n# not a heading\n=1+1',
    command: "last -F\n  --time-format iso 'x'",
    evidence: ['raw/forge/last.txt'],
  }),
  finding({ id: 'egress/policy', chapter: 'egress', status: 'not evaluated', observed: '', proves: [], evidence: [] }),
  finding({ id: 'where/swap', status: 'not applicable', observed: 'none', evidence: [] }),
  finding({
    id: 'destinations/resolvers',
    chapter: 'destinations',
    host: 'anvil',
    status: 'fail',
    observed: 'nameserver 203.0.113.9',
    evidence: [],
    waiver: { reason: 'For lenge siden', expires: '2026-10-01' },
  }),
  base,
];

const destination: Audit['destinations'][number] = {
  host: 'forge',
  address: '203.0.113.9',
  port: 53,
  protocol: 'udp',
  name: 'dns.example',
  holderCountry: 'US',
  who: 'systemd-resolved',
  kind: 'operations',
  allowedBy: null,
  bytesOut: 4096,
  bytesIn: 8192,
  firstSeen: '2026-11-01T00:00:00Z',
  lastSeen: '2026-11-23T11:59:00Z',
};

/** A destination like the example, but for what is given. */
export const to = (different: Partial<typeof destination> = {}): typeof destination => ({
  ...destination,
  ...different,
});

export const audit: Audit = {
  format: 'jernverk-audit/1',
  environment: 'production',
  at: '2026-11-23T12:00:00Z',
  tool: '0.1.0',
  rules: 'ab'.repeat(32),
  addresses: {
    date: '2026-11-20T00:00:00Z',
    sha256: 'cd'.repeat(32),
    name: 'seed',
    attribution: 'NRO Extended Allocation and Assignment Report',
  },
  scope: { hosts: ['forge', 'anvil'], excluded: [{ host: 'bellows', reason: 'did not answer\nfor 10 s' }] },
  findings: [...findings],
  destinations: [
    to({ address: '198.51.100.7', port: 443, protocol: 'tcp', holderCountry: 'NO', name: null, who: null }),
    to(),
    to({ address: '2001:db8::9', port: null, protocol: 'icmpv6', name: '=cmd|"/c calc"!A1', who: 'a,b\n"c"' }),
    to({ address: '192.0.2.200', holderCountry: null, kind: 'unknown', name: '@SUM(1)', who: '-x', bytesIn: null }),
  ],
  previous: null,
};

export const declared: Declared = declaredSchema.parse({
  controller: 'Smia AS',
  purpose: 'Å vise bilder',
  dataCategories: ['bilder'],
  processors: [
    { name: 'Vert AS', role: 'hosting', country: 'NO', parentCountry: 'US', agreement: { signed: '2026-01-01' } },
    { name: 'Mail Inc', role: 'mail', country: 'US' },
  ],
  retention: { jobs: '7 days' },
});

export const contents: BundleContents = {
  audit,
  declared,
  raw: new Map([
    ['raw/forge/mounts.txt', '/dev/vda1 on / type ext4\n'],
    ['raw/forge/resolv.txt', 'nameserver 203.0.113.9\n'],
    ['raw/forge/last.txt', 'last: æøå\u0000\n'],
  ]),
  reports: () =>
    new Map([
      ['report.nb.html', '<!doctype html><title>Revisjon</title>\n'],
      ['report.en.html', '<!doctype html><title>Audit</title>\n'],
    ]),
  extra: new Map([['addresses/seed.csv', Buffer.from([0, 1, 2, 255])]]),
};
