import { describe, expect, it } from 'vitest';
import { bundleFiles } from '../../../audit/evidence/bundle.ts';
import { runAudit } from '../../../audit/run/run.ts';
import { environmentSchema } from '../../../provision/environment/schema.ts';
import { temporaryFolder } from '../evidence/support/folders.ts';

const environment = environmentSchema.parse({
  name: 'three',
  hosts: [
    { name: 'forge', roles: ['broker'], lab: {} },
    { name: 'anvil', roles: ['worker'], lab: {} },
    { name: 'bellows', roles: ['worker'], lab: {} },
  ],
  audit: { waivers: [{ finding: 'controls/purpose', by: 'Kari Vold', reason: 'soon', expires: '2026-11-22' }] },
});

const audited = async () =>
  runAudit({
    ...{ environment, hosts: environment.hosts, version: '0.1.0', previous: null },
    root: await temporaryFolder(),
    now: new Date('2026-11-23T12:00:00Z'),
    connect: ({ name }) => Promise.reject(new Error(`${name} does not answer`)),
    say: () => undefined,
  });

describe('an audit of three hosts of which none answers', () => {
  it('has what is declared once, of the environment, and nothing of a host', async () => {
    const { audit } = await audited();
    const ids = audit.findings.map(({ id }) => id);
    expect(ids).toContain('controls/controller');
    expect(ids).toContain('addresses/data-age');
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(audit.findings.map(({ host }) => host))).toEqual(new Set(['']));
    expect(audit.scope.excluded.map(({ host }) => host).sort()).toEqual(['anvil', 'bellows', 'forge']);
  });

  it('gives the same bytes again', async () => {
    const [first, second] = [bundleFiles(await audited()), bundleFiles(await audited())];
    expect([...first].map(([path, { content }]) => [path, Buffer.from(content).toString('base64')])).toEqual(
      [...second].map(([path, { content }]) => [path, Buffer.from(content).toString('base64')]),
    );
  });

  it('tells in both pages and in OSCAL who accepted what failed again, until when and why', async () => {
    const files = bundleFiles(await audited());
    const text = (path: string): string => Buffer.from(files.get(path)?.content ?? '').toString('utf8');
    expect(text('report.nb.html')).toContain('Var akseptert til og med 22. november 2026, av Kari Vold:</strong> soon');
    expect(text('report.en.html')).toContain('Was accepted through 22 November 2026, by Kari Vold:</strong> soon');
    expect(text('assessment-results.json')).toContain('the waiver expired on 2026-11-22, by Kari Vold: soon');
  });
});
