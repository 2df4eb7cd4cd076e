import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Declared, recordOfProcessing } from '../../../audit/evidence/record-of-processing.ts';
import { audit as declaredSchema } from '../../../provision/environment/audit.ts';
import { audit, declared, finding, to } from './support/example.ts';

const recordSchema = z.object({
  transfers: z.unknown(),
  missing: z.array(z.object({ item: z.string(), article: z.string() })),
});

const recordOf = (given: Declared, findings = [finding()]) =>
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

  it('takes only findings about art. 25 and 32 for security measures', () => {
    const about = (basis: string) => recordOf(complete, [finding({ basis: [basis] })]).missing.map(({ item }) => item);
    expect(about('GDPR art. 32(1)(b)')).toEqual([]);
    expect(about('GDPR art. 3')).toEqual(['securityMeasures']);
    expect(about('GDPR art. 329')).toEqual(['securityMeasures']);
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
