import * as z from 'zod';
import { duration } from './units.ts';

const country = z.string().regex(/^[A-Z]{2}$/, { error: 'a country as two capital letters, such as "NO"' });
const date = z.iso.date({ error: 'a date such as "2027-06-30"' });

const processor = z.strictObject({
  name: z.string().min(1).describe('Name of the company, as in the agreement.'),
  role: z.enum(['hosting', 'backup', 'monitoring', 'mail', 'other']).describe('What it does for the controller.'),
  country: country.describe('Where it is registered.'),
  parentCountry: country.optional().describe('Where the company that owns it is registered; left out: not known.'),
  organisation: z.string().optional().describe('Its organisation number.'),
  agreement: z
    .strictObject({
      signed: date.describe('Date of the data-processing agreement.'),
      expires: date.optional().describe('Last day on which it holds; left out: until it is ended.'),
    })
    .optional()
    .describe('The data-processing agreement (GDPR art. 28); missing is a finding.'),
});

const waiver = z.strictObject({
  finding: z.string().min(1).describe('Id of the finding: "where/swap-local".'),
  host: z.string().optional().describe('On one host only; all if left out.'),
  by: z.string().min(1).optional().describe('Who accepted it.'),
  reason: z.string().min(1).describe('Why it is accepted.'),
  expires: date.describe('The last day on which it holds; after that it is shown as expired, and the failure counts.'),
});

const path = z
  .string()
  .min(1)
  .refine((text) => !/^https?:/i.test(text), {
    error:
      'a path, since the audit asks nobody else: fetch the file first, or run ./jernverk audit update-addresses URL',
  });

/** Hints about where the hosts are, in addition to the registries. */
const network = z.strictObject({
  asn: z
    .int()
    .min(1)
    .max(4_294_967_295)
    .optional()
    .describe('AS number of the network that the hosts are in, as the provider says; left out: not known.'),
  geofeed: path.optional().describe('File with the geofeed (RFC 8805) of that network; relative to the project.'),
  nixMembers: path
    .optional()
    .describe('File with the member export (IX-F JSON) of an exchange; left out: what update-addresses stored.'),
});

/** The name of an account. It contains no characters with a meaning in sudoers(5). */
export const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, {
  error: 'the name of an account, of a-z, 0-9, "_" and "-", at most 32 characters',
});

const login = z.strictObject({
  user: account.describe('An account that is not root: jernverk audit sudoers prints which commands it needs.'),
  identity: z
    .string()
    .optional()
    .describe('Path of its private key; left out: the host’s own (ssh.identity), or the agent.'),
});

export const audit = z.strictObject({
  login: login
    .optional()
    .describe('Who the audit logs in as; left out: as deploys do. It then runs a listed set of commands by sudo.'),
  controller: z.string().min(1).optional().describe('Who decides why and how data is processed (GDPR art. 4).'),
  contact: z.string().min(1).optional().describe('Who answers for a breach within 72 hours (GDPR art. 33).'),
  purpose: z.string().min(1).optional().describe('What the data is processed for.'),
  dataSubjects: z.array(z.string().min(1)).default([]).describe('Whose data it is: "customers".'),
  dataCategories: z.array(z.string().min(1)).default([]).describe('What kinds of data: "photos".'),
  processors: z.array(processor).default([]).describe('Everybody who processes for the controller: hosting first.'),
  region: z
    .enum(['norway', 'eea'])
    .default('norway')
    .describe('Where data must stay by your own policy; the law’s line is the EEA.'),
  retention: z
    .strictObject({
      jobs: duration.optional().describe('How long a job may wait in a queue.'),
      logs: duration.optional().describe('How long the journal may be kept.'),
      files: duration.optional().describe('How long files and result records of jobs may be kept.'),
    })
    .prefault({})
    .describe('How long data may be kept.'),
  network: network.prefault({}).describe('What is known of the network that the hosts are in.'),
  signingKey: z
    .string()
    .min(1)
    .optional()
    .describe('Path of the SSH key that signs evidence, on your machine; an agent may hold it. Left out: not signed.'),
  signers: z
    .array(
      z
        .string()
        .regex(/^(ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ \S+( .*)?$/, { error: 'a public key such as "ssh-ed25519 AAAA…"' }),
    )
    .default([])
    .describe('Public keys whose signatures on evidence are trusted.'),
  waivers: z.array(waiver).default([]).describe('Failures that somebody accepted, until a date.'),
});
