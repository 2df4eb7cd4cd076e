import { describe, expect, it } from 'vitest';
import type { Audit } from '../../../audit/audit.ts';
import { diffAudits, isEmpty } from '../../../audit/evidence/diff.ts';
import { diffLines } from '../../../audit/evidence/diff-lines.ts';
import { audit, finding, to } from './support/example.ts';

const one: Audit = { ...audit, findings: [finding()], destinations: [to()] };

const lines = (newer: Partial<Audit>, older: Audit = one): readonly string[] =>
  diffLines(diffAudits(older, { ...one, ...newer }), 'en');

describe('the difference of two audits', () => {
  it('is none between an audit and itself at another time', () => {
    const later = { ...audit, at: '2026-12-23T12:00:00Z', previous: { sha256: 'ab'.repeat(32), at: audit.at } };
    expect(isEmpty(diffAudits(audit, later))).toBe(true);
    expect(diffLines(diffAudits(audit, later), 'nb')).toEqual(['Ingen forskjell.']);
  });

  it('names findings that appeared, went and changed', () => {
    const older = { ...one, findings: [finding(), finding({ id: 'where/swap' })] };
    const newer = { findings: [finding({ status: 'fail' }), finding({ id: 'egress/policy', status: 'error' })] };
    expect(lines(newer, older)).toEqual([
      'Changed status',
      '  pass → fail  forge where/disk-local (Data is on a local disk)',
      'New findings',
      '  error  forge egress/policy (Data is on a local disk)',
      'Findings that are no longer there',
      '  pass  forge where/swap (Data is on a local disk)',
    ]);
  });

  it('names a failure whose waiver ran out since: who accepted it, until when and why', () => {
    const waiver = { by: 'Kari Vold', reason: 'new disk in November', expires: '2026-11-30' };
    const waived: Audit = { ...one, findings: [finding({ status: 'fail', waiver })] };
    const later = { ...waived, at: '2026-12-01T00:00:00Z' };
    const where = 'forge where/disk-local (Data is on a local disk)';
    expect(diffLines(diffAudits(waived, later), 'en')).toEqual([
      'Changed status',
      `  failed, accepted → fail  ${where}; was accepted through 30 November 2026, by Kari Vold: new disk in November`,
    ]);
    expect(diffLines(diffAudits(waived, later), 'nb')[1]).toContain(
      '; var akseptert til og med 30. november 2026, av Kari Vold: new disk in November',
    );
    expect(isEmpty(diffAudits(later, { ...later, at: '2026-12-02T00:00:00Z' }))).toBe(true);
  });

  it('keeps the same check of two hosts apart', () => {
    const both = [finding(), finding({ host: 'anvil', status: 'fail' })];
    expect(lines({ findings: [...both].reverse() }, { ...one, findings: both })).toEqual(['No difference.']);
  });

  it('does not call the findings of a host that was left out mended', () => {
    const newer = { findings: [], scope: { hosts: ['anvil'], excluded: [] } };
    expect(lines(newer).slice(0, 2)).toEqual([
      'Hosts that are no longer in the audit: their findings are gone, but not fixed',
      '  forge',
    ]);
  });

  it('says first that other checks were asked', () => {
    expect(lines({ rules: 'ef'.repeat(32) })[0]).toMatch(/^The rules have changed/);
  });

  it('names destinations that are new, gone, grown and counted anew', () => {
    const older = { ...one, destinations: [to(), to({ port: 443 }), to({ port: 80 }), to({ port: 22 })] };
    const newer = {
      destinations: [to({ bytesOut: 5000 }), to({ port: 443, bytesOut: 1 }), to({ port: 80 }), to({ port: 25 })],
    };
    const at = (port: number): string => `forge → 203.0.113.9:${port}/udp dns.example US systemd-resolved`;
    expect(lines(newer, older)).toEqual([
      ...['New destinations', `  ${at(25)}`],
      ...['Destinations that are no longer there', `  ${at(22)}`],
      ...['More traffic out', `  ${at(53)}  +904 byte`],
      ...['Counting started again: the growth is not known', `  ${at(443)}`],
    ]);
  });

  it('is in Norwegian where asked for', () => {
    const newer = { ...one, destinations: [to({ address: '2001:db8::1', holderCountry: null })] };
    expect(diffLines(diffAudits(one, newer), 'nb')).toContain(
      '  forge → [2001:db8::1]:53/udp dns.example ukjent land systemd-resolved',
    );
  });

  it('lets no name of a host begin a line or move the cursor', () => {
    const hostile = to({ port: 1, name: 'x\n  pass → pass', who: '\u001b[2Jme' });
    const given = lines({ destinations: [to(), hostile] });
    expect(given).toHaveLength(2);
    expect(given.join('')).toMatch(/^\P{Cc}*$/u);
  });
});
