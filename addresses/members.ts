import * as z from 'zod';
import { InputError } from '../lib/errors.ts';

/**
 * IX-F member export, schema 1.0 (euro-ix/json-schemas, versions/ixp-member-list-1.0.schema.json). This schema has only
 * the keys that are used here. Exchanges add their own keys, and omit optional ones or set them to null.
 */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

const addressIn = optional(
  z.object({ address: optional(z.union([z.ipv4(), z.ipv6()], { error: 'expected an IP address' })) }),
);
const connectionSchema = z.object({
  ixp_id: z.int(),
  /** `active` if it is in use. */
  state: optional(z.string()),
  /** Speed of an interface or a bundle, in Mb/s. */
  if_list: optional(z.array(z.object({ if_speed: optional(z.int().nonnegative()) }))),
  vlan_list: optional(z.array(z.object({ ipv4: addressIn, ipv6: addressIn }))),
});
const exportSchema = z.object({
  version: z.string().regex(/^(0\.[6-9]|1\.\d+)$/, { error: 'expected IX-F version 0.6 to 1.x' }),
  timestamp: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: 'expected a date and time' }),
  ixp_list: z
    .array(
      z.object({
        ixp_id: z.int(),
        shortname: z.string().min(1),
        name: optional(z.string()),
        country: optional(z.string()),
      }),
    )
    .min(1),
  member_list: z.array(
    z.object({ asnum: z.int().positive(), name: optional(z.string()), connection_list: z.array(connectionSchema) }),
  ),
});

/** One network's presence at one exchange. */
export interface Membership {
  readonly asn: number;
  readonly member: string | null;
  readonly exchange: string;
  /** Sum of all its interfaces there, in Mb/s. Null if the export does not say. */
  readonly speed_mbps: number | null;
  /** Its addresses in the exchange's network. */
  readonly addresses: readonly string[];
}

export interface MemberExport {
  /** When the exchange wrote the export. */
  readonly date: Date;
  readonly exchanges: readonly { readonly name: string; readonly country: string | null }[];
  /** Sorted by AS number and exchange. */
  readonly members: readonly Membership[];
}

/** Throws InputError MEMBER_EXPORT, with the path into the export. */
export function parseMembers(text: string, name: string): MemberExport {
  const { timestamp, ixp_list, member_list } = parseExport(text, name);
  const nameOf = new Map(ixp_list.map(({ ixp_id, shortname }) => [ixp_id, shortname]));
  const members = member_list.flatMap(({ asnum, name: member, connection_list }, index) =>
    connection_list.flatMap((connection) => {
      const exchange = nameOf.get(connection.ixp_id);
      if (exchange === undefined) {
        throw invalid(name, `member_list[${index}]: expected an ixp_id of ixp_list, given ${connection.ixp_id}`);
      }
      // A connection without a state counts as in use: the schema has no default, and IXP Manager writes "active" for
      // those in use.
      if (connection.state !== null && connection.state !== 'active') return [];
      return { asn: asnum, member, exchange, speed_mbps: speedOf(connection), addresses: addressesOf(connection) };
    }),
  );
  return {
    date: new Date(timestamp),
    exchanges: ixp_list.map(({ shortname, country }) => ({ name: shortname, country })),
    members: joined(members),
  };
}

/** Returns the exchanges where a network is a member, from the exchanges' own lists. */
export const membershipsOf = (exports: readonly MemberExport[], asn: number): readonly Membership[] =>
  exports.flatMap(({ members }) => members.filter((member) => member.asn === asn));

type Connection = z.output<typeof connectionSchema>;

const speedOf = ({ if_list }: Connection): number | null => sum((if_list ?? []).map(({ if_speed }) => if_speed));

const addressesOf = ({ vlan_list }: Connection): string[] =>
  (vlan_list ?? []).flatMap(({ ipv4, ipv6 }) => [ipv4?.address ?? [], ipv6?.address ?? []].flat());

function sum(speeds: readonly (number | null)[]): number | null {
  const known = speeds.filter((speed) => speed !== null);
  return known.length === 0 ? null : known.reduce((total, speed) => total + speed, 0);
}

/** Merges the connections of one network: a network with two ports at an exchange has two. */
function joined(members: readonly Membership[]): Membership[] {
  const result = new Map<string, Membership>();
  for (const member of members) {
    const key = `${member.asn} ${member.exchange}`;
    const other = result.get(key);
    result.set(key, {
      ...member,
      speed_mbps: sum([other?.speed_mbps ?? null, member.speed_mbps]),
      addresses: [...new Set([...(other?.addresses ?? []), ...member.addresses])].sort(),
    });
  }
  return [...result.values()].sort((a, b) => a.asn - b.asn || a.exchange.localeCompare(b.exchange, 'en'));
}

function parseExport(text: string, name: string): z.output<typeof exportSchema> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw invalid(name, 'expected JSON, and it is not, or is cut off', cause);
  }
  const parsed = exportSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(name, `${issue?.path.join('.') || 'top'}: ${issue?.message}`, parsed.error);
}

const invalid = (name: string, problem: string, cause?: unknown): InputError =>
  new InputError('MEMBER_EXPORT', `${name}: ${problem}`, {
    hint: 'give the IX-F member export of an exchange, such as https://portal.nix.no/api/v4/member-export/ixf/1.0',
    cause,
  });
