import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditSchema } from '../../../audit/audit.ts';
import { writeBundle } from '../../../audit/evidence/bundle.ts';
import { hasExpired, outcomeWords } from '../../../audit/outcome.ts';
import { chapterWords } from '../../../audit/report/chapters.ts';
import { countryName } from '../../../audit/report/country-names.ts';
import { flowsPicture } from '../../../audit/report/flows.ts';
import { bytes, day, duration, list, moment, number } from '../../../audit/report/format.ts';
import { renderAudit } from '../../../audit/report/page.ts';
import { signersLine, verifyByHand, verifyWithJernverk } from '../../../audit/report/verification.ts';
import { languages } from '../../../lib/text.ts';
import { projectRoot } from '../../support/command-line.ts';
import { audit, extras } from './fixtures.ts';

describe('numbers and dates', () => {
  it('are written as each language writes them', () => {
    expect([number(1234567.25, 'nb', 1), number(1234567.25, 'en', 1)]).toEqual([
      '1\u00a0234\u00a0567,3',
      '1,234,567.3',
    ]);
    expect([number(999, 'nb'), number(-1000, 'en')]).toEqual(['999', '−1,000']);
    expect([bytes(1940000, 'nb'), bytes(1940000, 'en')]).toEqual(['1,9\u00a0MB', '1.9\u00a0MB']);
    expect([0, 64, 999, 1000, 999_499, 999_500, 99_950_000, 12e9].map((amount) => bytes(amount, 'en'))).toEqual(
      ['0 B', '64 B', '999 B', '1.0 kB', '999 kB', '1.0 MB', '100 MB', '12.0 GB'].map((text) =>
        text.replace(' ', '\u00a0'),
      ),
    );
    expect([day('2026-03-01', 'nb'), day('2026-03-01', 'en')]).toEqual(['1. mars 2026', '1 March 2026']);
    expect(moment('2026-12-31T23:05:59Z', 'nb')).toBe('31. desember 2026 kl. 23.05 UTC');
    expect(moment('2026-12-31T23:05:59Z', 'en')).toBe('31 December 2026, 23:05 UTC');
    expect([86_400, 604_800, 5400, 3600, 61].map((seconds) => duration(seconds, 'nb'))).toEqual([
      ...['1 dag', '7 dager', '90 minutter', '1 time', '61 sekunder'],
    ]);
    expect([list(['a', 'b', 'c'], 'nb'), list(['a', 'b'], 'en'), list([], 'en')]).toEqual(['a, b og c', 'a and b', '']);
  });

  it('a country that is not in the table is shown by its code', () => {
    expect([countryName('NO', 'nb'), countryName('ZZ', 'nb'), countryName(null, 'en')]).toEqual([
      ...['Norge (NO)', 'ZZ', 'country not known'],
    ]);
  });
});

describe('a waiver', () => {
  it('holds on its last day, and not on the next', () => {
    expect(hasExpired('2026-11-23', '2026-11-23T23:59:59Z')).toBe(false);
    expect(hasExpired('2026-11-22', '2026-11-23T00:00:00Z')).toBe(true);
  });
});

describe('the picture of flows', () => {
  const many = (allowedBy: string | null) => {
    const of = audit('failures');
    const [example] = of.destinations;
    const destinations = Array.from({ length: 30 }, (_, index) => ({
      ...example,
      who: `program-${index}`,
      bytesOut: index === 0 ? 1 : 1_000_000 + index,
      allowedBy: index === 0 ? allowedBy : 'norway',
    }));
    return auditSchema.parse({ ...of, destinations });
  };
  const names = (of: ReturnType<typeof many>): string => JSON.stringify(flowsPicture(of, 'nb').chart?.option('wide'));

  it('draws the largest, and the rest as one', () => {
    expect(names(many('norway'))).toContain('from andre');
    expect(names(many('norway')).match(/"from [^"]*","target"|"source":"from/g)).toHaveLength(14);
    expect(names(many('norway'))).not.toContain('program-0"');
  });

  it('never hides among the rest what nothing allows, be it one byte, and be it many', () => {
    expect(names(many(null))).toContain('program-0"');
    const none = { ...many(null), destinations: many(null).destinations.map((one) => ({ ...one, allowedBy: null })) };
    expect(names(none).match(/"source":"from [^"]*program-\d+"/g)).toHaveLength(30);
  });

  it('says all bytes, and how many go to holders outside the EEA', () => {
    expect(flowsPicture(audit('failures'), 'nb').words).toBe(
      '14 mottakeradresser, 13,4\u00a0GB sendt i alt, derav til innehavere utenfor EØS eller ukjent land: 13,3\u00a0GB; ikke tillatt: 3.',
    );
  });
});

describe('the commands by which a bundle is verified without Jernverk', () => {
  it('accept a signed bundle, and refuse one of which a byte was changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-report-'));
    try {
      const key = join(folder, 'key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
      const bundle = join(folder, 'bundle');
      const of = audit('clean');
      const { declared } = extras(of);
      const contents = {
        ...{ audit: of, declared, extra: new Map() },
        raw: new Map(of.findings.flatMap(({ evidence }) => evidence).map((path) => [path, `${path}\n`])),
        reports: () => new Map([['report.nb.html', renderAudit(of, 'nb')]]),
      };
      const publicKey = readFileSync(`${key}.pub`, 'utf8').trim();
      await writeBundle(contents, bundle, { key, signers: [publicKey] });
      writeFileSync(join(folder, 'signers'), `${signersLine(publicKey)}\n`);
      const run = () =>
        verifyByHand.map((command) =>
          execFileSync('bash', ['-o', 'pipefail', '-c', command], { cwd: bundle, stdio: 'pipe' }),
        );
      expect(String(run()[0])).toContain('Good "jernverk-evidence" signature for jernverk');
      writeFileSync(join(bundle, 'raw/forge/mounts.txt'), 'another\n');
      expect(run).toThrow('1 computed checksum did NOT match');
      writeFileSync(join(bundle, 'raw/forge/mounts.txt'), 'raw/forge/mounts.txt\n');
      const statement = readFileSync(join(bundle, 'statement.json'), 'utf8');
      writeFileSync(join(bundle, 'statement.json'), statement.replace('"production"', '"productiom"'));
      expect(run).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the pages for auditors', () => {
  const pages = ['docs/revisjon.md', 'docs/audit.md'].map((file) => readFileSync(join(projectRoot, file), 'utf8'));

  it('have the commands by which the report says that a bundle is verified', () => {
    for (const page of pages)
      for (const command of [...verifyByHand, signersLine('ssh-ed25519 AAAA…')])
        expect(page).toContain(`    ${command}\n`);
    expect(pages[0]).toContain(verifyWithJernverk('MAPPE'));
    expect(pages[1]).toContain(verifyWithJernverk('FOLDER'));
  });

  it('have the words of the report for statuses and for chapters', () => {
    for (const [index, language] of languages.entries())
      for (const word of [...Object.values(outcomeWords), ...Object.values(chapterWords)])
        expect(pages[index]).toContain(`| ${word[language]} |`);
  });
});
