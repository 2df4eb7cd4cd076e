import { describe, expect, it } from 'vitest';
import { auditSchema } from '../../../audit/audit.ts';
import { renderAudit } from '../../../audit/report/page.ts';
import { languages } from '../../../lib/text.ts';
import { audit, extras, hostile, hostileAudit, hostileExtras, scenarios } from './fixtures.ts';

const textOf = (page: string): string => page.slice(page.indexOf('</style>'));
const section = (page: string, heading: string): string => {
  const from = page.indexOf(`id="${heading}"`);
  return page.slice(from, page.indexOf('<section class="report', from));
};
const full = (name: (typeof scenarios)[number], language: (typeof languages)[number] = 'nb'): string =>
  renderAudit(audit(name), language, extras(audit(name)));

describe.each(languages)('the report of an audit in %s', (language) => {
  it.each(scenarios)('is drawn for “%s”, in its language, and says the same twice', (name) => {
    const page = full(name, language);
    expect(page).toContain(`<html lang="${language}">`);
    expect(full(name, language)).toBe(page);
  });

  it('refers to nothing outside of itself, and every link leads to a place in it', () => {
    const page = full('failures', language);
    expect(page.match(/\b(src|xlink:href)=|url\((?!#)|@import|<script|<link/g)).toBeNull();
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(8);
    expect(targets.filter((target) => !target.startsWith('#') || !ids.includes(target.slice(1)))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('gives no mark and does not say that the law is met', () => {
    for (const name of scenarios) {
      const said = textOf(full(name, language)).replace(/<[^>]*>/g, ' ');
      expect(said.match(/complian|score|i samsvar med|etterlever|poeng|lovlig|\d ?%/gi)).toBeNull();
    }
  });

  it('has no word of the other language', () => {
    const page = textOf(full('failures', language));
    const others = {
      nb: ['Destinations', 'Not audited', 'Evidence', 'Expected', 'Observed', 'Agreement', 'not evaluated'],
      en: ['Mottaker', 'Ikke revidert', 'Bevis', 'Ventet', 'Observert', 'Avtale', 'ikke vurdert', 'kjent'],
    };
    expect(others[language].filter((word) => page.includes(word))).toEqual([]);
  });
});

describe('the report of an audit', () => {
  it('has all colours from its palette, so that light, dark and paper each have theirs', () => {
    const colours = [...textOf(full('failures')).matchAll(/(?:fill|stroke|stop-color)="([^"]+)"/g)];
    expect(colours.length).toBeGreaterThan(50);
    expect(colours.map(([, colour = '']) => colour).filter((one) => !/^(var\(--[a-z]+\)|none)$/.test(one))).toEqual([]);
  });

  it('counts failures, accepted ones, errors and what was not evaluated side by side on top', () => {
    const page = full('failures');
    const tally = [...page.matchAll(/<strong>(\d+)<\/strong> <span class="badge \w+">.*?<\/span> ([^<]+)</g)];
    expect(tally.map(([, amount, name]) => `${amount} ${name}`)).toEqual([
      '11 ikke bestått',
      '1 ikke bestått, akseptert',
      '2 feil under kontrollen',
      '4 ikke vurdert',
      '20 bestått',
      '1 ikke relevant',
    ]);
  });

  it('says what it cannot show before any finding', () => {
    const page = full('failures');
    const limits = section(page, 'limits');
    expect(page.indexOf('id="limits"')).toBeLessThan(page.indexOf('class="finding"'));
    for (const word of ['øyeblikksbilder', 'ansatte', 'Sikkerhetskopier', 'DNS', 'aldri vise hvor en maskin står'])
      expect(limits).toContain(word);
  });

  it('shows outcomes in the order in which they need a look', () => {
    const order = [...full('failures').matchAll(/<h2 id="outcome-([a-z-]+)"/g)].map(([, name]) => name);
    expect(order).toEqual(['fail', 'accepted', 'error', 'not-evaluated', 'pass', 'not-applicable']);
  });

  it('calls a private address private, and neither of an unknown country nor outside the EEA', () => {
    const of = audit('failures');
    const [example] = of.destinations;
    if (example === undefined) throw new Error('the fixture has no destination');
    const docker = { ...example, address: '172.17.0.2', holderCountry: null, allowedBy: 'local' };
    const page = section(renderAudit({ ...of, destinations: [docker] }, 'en', {}), 'destinations');
    expect(page).toContain('private or local network');
    expect(page).toContain('always allowed');
    expect(page).toContain('unknown country: 0\u00a0B');
    expect(page).not.toContain('>country not known<');
  });

  it('takes a waiver that ran out for none, and says so', () => {
    const page = full('failures');
    expect(section(page, 'outcome-accepted')).toContain('Akseptert til og med 31. januar 2027');
    const failed = section(page, 'outcome-fail');
    expect(failed).toContain('Var akseptert til og med 30. september 2026:</strong> Skulle vært byttet i september.');
    expect(section(page, 'declared')).toContain('gjelder ingen funn');
  });

  it('shows each finding with what was seen, expected, asked, when, what it shows, its basis and its evidence', () => {
    const of = audit('failures');
    const page = full('failures');
    expect(of.findings.filter(({ words }) => !page.includes(words.nb))).toEqual([]);
    const mounts = section(page, 'outcome-fail');
    for (const part of [
      '/srv/blobs: network (nfs4 203.0.113.40:/export/blobs)',
      'Alle data ligger på disker som verten selv ser som sine.',
      '<a href="#command-1">Kommando 1</a>',
      '23. november 2026 kl. 12.00 UTC',
      'Viser at: slik er det nå',
      'GDPR art. 5 · GDPR art. 32',
      '<code>raw/anvil/mounts.txt</code>',
    ])
      expect(mounts).toContain(part);
    expect(page.match(/part mounts findmnt/g)).toHaveLength(1);
  });

  it('says once what is the same on several hosts, and apart what is not', () => {
    const page = full('failures');
    expect(page).toContain('<strong class="host-name">anvil og forge</strong> Ikke kryptert av verten');
    expect(page).toContain('<code>raw/anvil/mounts.txt</code>, <code>raw/forge/mounts.txt</code>');
    const failed = section(page, 'outcome-fail');
    expect(failed.match(/<strong class="host-name">anvil<\/strong> Navneoppslag går til/g)).toHaveLength(1);
  });

  it('keeps the three columns apart, and says where they conflict', () => {
    const cells = [...section(full('failures', 'en'), 'location').matchAll(/<tr><th scope="row">.*?<\/tr>/gs)];
    expect(cells).toHaveLength(3);
    const conflict = cells.find(([row]) => row.includes('203.0.113.10'))?.[0] ?? '';
    expect(conflict).toMatch(/Holder<\/dt><dd>USA \(US\).*Not excluded<\/dt><dd>Oslo, Kjeller, Göteborg and Karlstad/s);
    expect(conflict).toMatch(/<td>Oslo, Norway \(NO\)<\/td><td>✗ They conflict<\/td>/);
  });

  it('puts traffic that nothing allows first, and gives an unknown holder no country', () => {
    const rows = [...section(full('failures', 'en'), 'destinations').matchAll(/<tr><th scope="row">.*?<\/tr>/gs)];
    expect(rows.slice(0, 3).every(([row]) => row.includes('✗ nothing'))).toBe(true);
    expect(rows.slice(3).some(([row]) => row.includes('✗ nothing'))).toBe(false);
    expect(rows.find(([row]) => row.includes('198.51.100.66'))?.[0]).toContain('country not known');
  });

  it('says which agreements have run out or are missing, on the day of the audit', () => {
    const declared = section(full('failures'), 'declared');
    expect(declared).toMatch(/inngått 1\. november 2024, <strong class="warning">✗ utløp 31\. oktober 2026/);
    expect(declared).toContain('✗ ingen oppgitt');
    expect(declared).toContain('gjelder til og med 30. juni 2027');
  });

  it('says that address data is stale, and of which audit it is not known what came before', () => {
    expect(full('failures')).toContain('83 dager gamle ved revisjonen');
    expect(full('clean')).not.toContain('gamle ved revisjonen');
    expect(full('unknown')).toContain('dette er den første i kjeden');
  });

  it('says what is not there where only the audit is given', () => {
    const page = renderAudit(audit('unknown'), 'en');
    expect(page).toContain('The three columns are not part of this report.');
    expect(page).toContain('The audit has no destinations');
    expect(page).toContain('These declarations are not part of this report.');
    expect(page).toContain('It is in statement.json.');
    expect(page).not.toContain('class="badge good"><span aria-hidden="true">✓</span> pass</span><h4>');
  });

  it('says that nothing was checked where there is no finding at all', () => {
    const none = auditSchema.parse({ ...audit('clean'), findings: [], destinations: [] });
    expect(renderAudit(none, 'nb')).toContain('ingenting er kontrollert');
  });

  it('shows text of hosts as text, in the page and in the pictures, with nothing that turns or moves it', () => {
    for (const language of languages) {
      const page = textOf(renderAudit(hostileAudit(), language, hostileExtras()));
      expect(page.match(/<(script|img)\b|<\/style>.*<\/style>|<[a-z]+ [^>]*onerror="window/gs)).toBeNull();
      expect(page.split('&lt;script&gt;window.owned=1').length).toBeGreaterThan(100);
      expect(page).toMatch(/<text [^>]*>[^<]*&lt;\/title&gt;/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
      expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
    }
    expect(hostile).toContain('\u202e');
  });

  it('lists the hash of every file that it was given', () => {
    const of = audit('failures');
    const { files } = extras(of);
    const listed = section(`${full('failures')}<section class="report`, 'verification');
    expect([...files].filter(([path, hash]) => !listed.includes(path) || !listed.includes(hash))).toEqual([]);
    expect(files.size).toBeGreaterThan(20);
  });
});
