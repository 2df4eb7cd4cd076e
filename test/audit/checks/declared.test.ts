import { describe, expect, it } from 'vitest';
import { clean, contextWith, declared, edited, environmentWith, idsWith, judgements } from './host-answers.ts';

describe('what is declared', () => {
  const failuresWith = (audit: object): string[] =>
    idsWith(judgements(contextWith(clean(), environmentWith({ ...declared, ...audit }))), 'fail', 'error');
  const processor = declared.processors[0];

  it.each([
    [
      'an expired agreement',
      ['controls/processor-agreements'],
      { processors: [{ ...processor, agreement: { signed: '2024-01-01', expires: '2026-11-22' } }] },
    ],
    ['no agreement', ['controls/processor-agreements'], { processors: [{ ...processor, agreement: undefined }] }],
    [
      'an agreement of the future',
      ['controls/processor-agreements'],
      { processors: [{ ...processor, agreement: { signed: '2026-12-01' } }] },
    ],
    [
      'an owner in a third country',
      ['controls/processor-countries'],
      { processors: [{ ...processor, parentCountry: 'US' }] },
    ],
    ['an owner in Sweden', ['controls/processor-countries'], { processors: [{ ...processor, parentCountry: 'SE' }] }],
    ['no controller', ['controls/controller'], { controller: undefined }],
    ['no contact', ['controls/breach-contact'], { contact: undefined }],
    ['no purpose', ['controls/purpose'], { purpose: undefined }],
    ['no data categories', ['controls/data-described'], { dataCategories: [] }],
    ['no hosting provider', ['controls/hosting-provider'], { processors: [{ ...processor, role: 'mail' }] }],
    ['a limit for jobs that no queue keeps', ['controls/retention-jobs'], { retention: { jobs: '30 days' } }],
    [
      'a limit for logs that the journal does not have',
      ['controls/retention-logs'],
      { retention: { logs: '90 days' } },
    ],
    ['a limit for files, which nothing deletes', ['controls/retention-files'], { retention: { files: '30 days' } }],
  ])('%s', (_, ids, audit) => {
    expect(failuresWith(audit)).toEqual(ids);
  });

  it('an agreement holds through its last day', () => {
    const lastDay = { processors: [{ ...processor, agreement: { signed: '2024-01-01', expires: '2026-11-23' } }] };
    expect(failuresWith(lastDay)).toEqual([]);
  });

  it('an owner that is not declared is not evaluated', () => {
    const found = judgements(
      contextWith(clean(), environmentWith({ ...declared, processors: [{ ...processor, parentCountry: undefined }] })),
    );
    expect(found.get('controls/processor-countries')?.status).toBe('not evaluated');
  });

  it('limits that the host keeps pass', () => {
    const kept = edited(
      clean(),
      ['journal-retention', '#MaxRetentionSec=0', 'MaxRetentionSec=2week 3d'],
      ['broker', /"delivery-limit":(50|-1)/g, '"delivery-limit":$1,"message-ttl":86400000'],
      [
        'file-retention',
        '/var/lib/jernverk/files/results 0755 10001 10001 -',
        '/var/lib/jernverk/files/results 0755 10001 10001 7d',
      ],
    );
    const retention = { jobs: '1 day', logs: '30 days', files: '30 days' };
    const found = judgements(contextWith(kept, environmentWith({ ...declared, retention })));
    expect([...found].filter(([id]) => id.startsWith('controls/retention')).map(([, { status }]) => status)).toEqual([
      'pass',
      'pass',
      'pass',
    ]);
  });

  it('a Swedish resolver passes where the limit is the EEA, and where it is declared as a service', () => {
    const swedish = edited(clean(), ['resolvers', '192.0.2.53', '198.51.100.53']);
    const services = [{ name: 'DNS', to: ['198.51.100.0/24'], kind: 'operations' }];
    for (const environment of [
      environmentWith({ ...declared, region: 'eea' }),
      environmentWith(declared, { lab: {} }, { egress: { services } }),
    ])
      expect(idsWith(judgements(contextWith(swedish, environment)), 'fail', 'error')).toEqual([]);
  });

  it('declaring a service takes nothing outside the EEA out of the law', () => {
    const foreign = edited(clean(), ['resolvers', '192.0.2.53', '203.0.113.53']);
    const services = [{ name: 'DNS', to: ['203.0.113.53'], kind: 'operations' }];
    const found = judgements(contextWith(foreign, environmentWith(declared, { lab: {} }, { egress: { services } })));
    expect(idsWith(found, 'fail')).toEqual(['destinations/resolvers']);
  });
});
