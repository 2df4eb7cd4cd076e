import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Audit, auditSchema } from '../../../audit/audit.ts';
import type { ReportExtras } from '../../../audit/report/input.ts';
import type { LocationStatement } from '../../../audit/where/location.ts';
import { audit as declaredSchema } from '../../../provision/environment/audit.ts';
import { projectRoot } from '../../support/command-line.ts';

const read = <Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> =>
  schema.parse(JSON.parse(readFileSync(join(projectRoot, `test/fixtures/audit/report/${name}.json`), 'utf8')));

/** All as wanted on one host; failures of all kinds on two, a third left out; nothing known of anything. */
export const scenarios = ['clean', 'failures', 'unknown'] as const;
export const audit = (name: (typeof scenarios)[number]): Audit => read(name, auditSchema);

const statementSchema: z.ZodType<LocationStatement> = z.strictObject({
  address: z.string(),
  jurisdiction: z.strictObject({
    holderCountry: z.string().nullable(),
    asn: z.int().nullable(),
    asnCountry: z.string().nullable(),
    declaredOwner: z.strictObject({ name: z.string(), country: z.string() }).nullable(),
    parent: z.string().nullable(),
  }),
  physics: z
    .strictObject({
      at: z.string(),
      cities: z.array(z.strictObject({ name: z.string(), country: z.string(), excluded: z.boolean() })),
    })
    .nullable(),
  selfClaim: z
    .strictObject({
      network: z.string(),
      country: z.string().nullable(),
      region: z.string().nullable(),
      city: z.string().nullable(),
    })
    .nullable(),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** All that a report can show besides the audit. */
export function extras(of: Audit): Required<ReportExtras> {
  const paths = ['findings.json', 'destinations.csv', ...of.findings.flatMap(({ evidence }) => evidence)];
  return {
    declared: read('declared', declaredSchema),
    locations: new Map(Object.entries(read('locations', z.record(z.string(), z.array(statementSchema))))),
    files: new Map([...new Set(paths)].map((path) => [path, sha256(path)])),
  };
}

/** Text that would become markup, an attribute, a colour or an id if anything took it for more than text. */
export const hostile = `</title></style><script>window.owned=1</script><img src=x onerror="window.owned=1">'"{a|x} class="c" #000001 zr1-c0 \u202egpj.exe\u001b[2J &amp;`;
const long = 'x'.repeat(300);

/** The failures, with hostile text wherever a host, a file or a person has a say. */
export function hostileAudit(): Audit {
  const given = audit('failures');
  return auditSchema.parse({
    ...given,
    environment: hostile,
    tool: hostile,
    addresses: { ...given.addresses, name: hostile, attribution: hostile },
    scope: { hosts: [hostile, long], excluded: [{ host: hostile, reason: hostile + long }] },
    findings: given.findings.map((finding) => ({
      ...finding,
      host: finding.host && hostile,
      title: { nb: hostile, en: hostile },
      words: { nb: hostile + long, en: hostile + long },
      observed: `${hostile}\n${long}`,
      expected: { nb: hostile, en: hostile },
      command: `${hostile}\n${long}`,
      basis: [hostile],
      evidence: [hostile],
      waiver: finding.waiver && { ...finding.waiver, reason: hostile },
    })),
    destinations: given.destinations.map((destination) => ({
      ...destination,
      host: hostile,
      address: hostile,
      protocol: hostile,
      name: hostile + long,
      holderCountry: hostile,
      who: hostile,
      allowedBy: destination.allowedBy && hostile,
    })),
  });
}

/** Locations and declarations with hostile text, too. */
export function hostileExtras(): ReportExtras {
  const { declared, locations } = extras(audit('failures'));
  return {
    declared: {
      ...declared,
      controller: hostile,
      purpose: hostile + long,
      dataSubjects: [hostile],
      processors: declared.processors.map((processor) => ({ ...processor, name: hostile, organisation: long })),
      waivers: declared.waivers.map((waiver) => ({ ...waiver, finding: hostile, reason: hostile })),
    },
    locations: new Map([
      [
        hostile,
        [...locations.values()].flatMap((statements) =>
          (statements ?? []).map((statement) => ({
            ...statement,
            address: hostile,
            selfClaim: { network: hostile, country: hostile, region: hostile, city: hostile },
          })),
        ),
      ],
    ]),
    files: new Map([[hostile, long]]),
  };
}
