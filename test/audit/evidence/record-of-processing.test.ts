import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Declared, measures, recordOfProcessing } from '../../../audit/evidence/record-of-processing.ts';
import { destinationChecks, setupChecks } from '../../../audit/run/checks.ts';
import { audit as declaredSchema } from '../../../provision/environment/audit.ts';
import { audit, declared, finding, to } from './support/example.ts';

const named = z.array(z.object({ finding: z.string() }));
const recordSchema = z.object({
  securityMeasures: named,
  securityNotSeen: named,
  transfers: z.unknown(),
  missing: z.array(z.object({ item: z.string(), article: z.string() })),
});

const firewall = finding({ id: 'controls/firewall-inbound', chapter: 'controls' });
const recordOf = (given: Declared, findings = [firewall]) =>
  recordSchema.parse(recordOfProcessing({ ...audit, findings, destinations: [] }, given));

const complete = declaredSchema.parse({
  controller: 'Smia AS',
  contact: 'post@smia.example',
  purpose: 'Å vise bilder',
  dataSubjects: ['kunder'],
  dataCategories: ['bilder'],
  processors: [{ name: 'Vert AS', role: 'hosting', country: 'NO', agreement: { signed: '2026-01-01' } }],
  retention: { jobs: '7 days', logs: '30 days', files: '30 days' },
});

describe('the record of processing', () => {
  it('misses nothing where all was declared', () => {
    expect(recordOf(complete).missing).toEqual([]);
  });

  it('misses everything where nothing was declared, each with its article', () => {
    const { missing } = recordOf(declaredSchema.parse({}), []);
    expect(missing.map(({ item, article }) => `${item} ${article.slice('GDPR art. '.length)}`)).toEqual([
      'controller 30(1)(a)',
      'contact 30(1)(a)',
      'purpose 30(1)(b)',
      'dataSubjects 30(1)(c)',
      'dataCategories 30(1)(c)',
      'processors 30(1)(d)',
      'retention.jobs 30(1)(f)',
      'retention.logs 30(1)(f)',
      'retention.files 30(1)(f)',
      'securityMeasures 30(1)(g)',
    ]);
  });

  it('takes only what was seen to be in force for a security measure', () => {
    const record = (different: Partial<typeof firewall>) => {
      const { securityMeasures, securityNotSeen, missing } = recordOf(complete, [{ ...firewall, ...different }]);
      const ids = (all: typeof securityMeasures) => all.map(({ finding: id }) => id);
      return { seen: ids(securityMeasures), notSeen: ids(securityNotSeen), missing: missing.map(({ item }) => item) };
    };
    const nothing = { seen: [], missing: ['securityMeasures'] };
    expect(record({})).toEqual({ seen: [firewall.id], notSeen: [], missing: [] });
    for (const status of ['fail', 'error', 'not evaluated'] as const)
      expect(record({ status })).toEqual({ ...nothing, notSeen: [firewall.id] });
    const blind: Partial<typeof firewall>[] = [
      { evidence: [] },
      { proves: [] },
      { id: 'where/backups' },
      { status: 'not applicable' },
    ];
    for (const different of blind) expect(record(different)).toEqual({ ...nothing, notSeen: [] });
  });

  it('names measures that the audit has', () => {
    const ids = new Set([...setupChecks, ...destinationChecks].map(({ id }) => id));
    expect([...measures].filter((id) => !ids.has(id))).toEqual([]);
  });

  it('keeps what is a transfer, what must be assessed and what was only seen apart', () => {
    const destinations = [
      to(),
      to({ port: 1 }),
      to({ holderCountry: 'SE' }),
      to({ holderCountry: null, kind: 'data' }),
    ];
    expect(recordOfProcessing({ ...audit, destinations }, declared)).toMatchObject({
      transfers: {
        declared: [{ name: 'Mail Inc', country: 'US' }],
        ownedOutsideEea: [{ name: 'Vert AS', parentCountry: 'US' }],
        observed: [
          { holderCountry: 'US', kind: 'operations', destinations: 2, bytesOut: 8192 },
          { holderCountry: null, kind: 'data', destinations: 1, bytesOut: 4096 },
        ],
      },
    });
  });
});
