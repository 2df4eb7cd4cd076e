import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { InputError } from '../../lib/errors.ts';
import { explain } from '../../lib/yaml/explain.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { cities, findCity } from './cities.ts';
import type { Place } from './geography.ts';
import { refusal } from './refusal.ts';
import { protocols } from './result.ts';

const domain = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** Four numbers are meant as an address and not as a name. */
const numbers = /^[\d.]+$/;

const text = z.string().trim().min(1);

const targetSchema = z.strictObject({
  name: text.describe('Name in reports.'),
  city: text,
  /** Where the city is. Known cities need none. */
  place: z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).optional(),
  operator: text,
  protocol: z.enum(protocols),
  host: z.string().refine((host) => isIP(host) !== 0 || (domain.test(host) && !numbers.test(host)), {
    error: 'a host name or an IP address',
  }),
  port: z.int().min(1).max(65_535).optional(),
  /** For dns only. */
  zone: z
    .string()
    .refine((zone) => domain.test(zone), { error: 'a domain name' })
    .optional(),
  source: text.optional(),
});

const fileSchema = z.strictObject({ targets: z.array(targetSchema).min(1) });
type Given = z.output<typeof targetSchema>;

/** A server at a known place that answers one packet with one packet. */
export interface Target {
  readonly name: string;
  readonly city: string;
  readonly place: Place;
  readonly operator: string;
  readonly protocol: (typeof protocols)[number];
  readonly host: string;
  readonly port: number;
  /** The zone to query. Null for protocols other than dns. */
  readonly zone: string | null;
}

/** Relative to the project. */
export const standardTargets = 'benchmarks/network/targets.yaml';

/**
 * Returns the environment's own list, or the standard one. Throws InputError: TARGETS_MISSING if the file cannot be
 * read, TARGETS_SYNTAX if it is not valid YAML, TARGETS_INVALID if it breaks a rule.
 */
export async function loadTargets(environment: Environment, root: string): Promise<readonly Target[]> {
  const file = environment.benchmarks.targets ?? standardTargets;
  const content = await readFile(isAbsolute(file) ? file : join(root, file), 'utf8').catch((cause: unknown) => {
    throw new InputError('TARGETS_MISSING', `cannot read the list of network targets ${file}`, {
      hint: `correct benchmarks.targets in the environment, or leave it out to use ${standardTargets}`,
      cause,
    });
  });
  return parseTargets(content, file);
}

/** Reports all problems at once, one per line: `targets.yaml targets[0].port: expected …, got …`. */
export function parseTargets(content: string, file: string): readonly Target[] {
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    const lines = document.errors.map(({ message }) => `${file} ${message}`);
    throw new InputError('TARGETS_SYNTAX', `the list of network targets is not valid YAML\n${lines.join('\n')}`);
  }
  const given: unknown = document.toJS();
  const parsed = fileSchema.safeParse(given);
  const problems = parsed.success
    ? rules.flatMap((rule) => rule(parsed.data.targets))
    : parsed.error.issues.flatMap((issue) => inWords(issue, given));
  if (parsed.success && problems.length === 0) return parsed.data.targets.map(complete);
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `${file} ${problem}`);
  throw new InputError('TARGETS_INVALID', `the list of network targets has ${count}\n${lines.join('\n')}`);
}

function inWords(issue: z.core.$ZodIssue, given: unknown): readonly string[] {
  const at = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  if (issue.code !== 'unrecognized_keys') {
    return explain(issue, given, { schema: fileSchema }).map(({ message }) => `${at.replace(/^\./, '')}: ${message}`);
  }
  const known = Object.keys(issue.path.length === 0 ? fileSchema.shape : targetSchema.shape).join(', ');
  return issue.keys.map((key) => `${`${at}.${key}`.replace(/^\./, '')}: unknown key; expected one of ${known}`);
}

type Rule = (targets: readonly Given[]) => readonly string[];

/** Rules between fields. */
const rules: readonly Rule[] = [
  namesDiffer,
  each('city', ({ city, place }) =>
    place === undefined && findCity(city) === undefined
      ? `expected a known city, or place: { latitude, longitude } next to it; got ${city}; known are ${cities.map(({ name }) => name).join(', ')}`
      : null,
  ),
  each('host', ({ host }) => {
    const reason = refusal(host);
    return reason === null ? null : `expected another server, since ${reason}`;
  }),
  each('port', ({ protocol, port }) =>
    protocol === 'tcp' && port === undefined ? 'expected the port to connect to, got nothing' : null,
  ),
  each('zone', ({ protocol, zone }) => {
    if (protocol === 'dns' && zone === undefined) return 'expected a zone that the server answers for, got nothing';
    return protocol !== 'dns' && zone !== undefined ? `expected no zone for ${protocol}, got ${zone}` : null;
  }),
  // bash sends what it has at each byte 10: the length byte of such a label would cut the question in two.
  each('zone', ({ zone = '' }) =>
    zone.split('.').some((label) => label.length === 10)
      ? `expected a zone without a label of 10 characters, since bash cannot send one; got ${zone}`
      : null,
  ),
];

function each(field: keyof Given, problem: (target: Given) => string | null): Rule {
  return (targets) =>
    targets.flatMap((target, index) => {
      const message = problem(target);
      return message === null ? [] : [`targets[${index}].${field}: ${message}`];
    });
}

function namesDiffer(targets: readonly Given[]): readonly string[] {
  return targets.flatMap(({ name }, index) => {
    const first = targets.findIndex((other) => other.name === name);
    return first === index
      ? []
      : [`targets[${index}].name: expected a unique name, but targets[${first}] is also ${name}`];
  });
}

const standardPorts = { dns: 53, ntp: 123, tcp: 0 } as const;

function complete({ place, port, zone, source: _, ...target }: Given): Target {
  const known = place ?? findCity(target.city);
  if (known === undefined) throw new Error(`no place is known for ${target.city}`);
  const { latitude, longitude } = known;
  return {
    ...target,
    place: { latitude, longitude },
    port: port ?? standardPorts[target.protocol],
    zone: zone ?? null,
  };
}
