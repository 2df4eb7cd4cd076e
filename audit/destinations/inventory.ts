import type { AddressBook } from '../../addresses/book.ts';
import { oneCountry } from '../../addresses/countries.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { CheckContext } from '../check.ts';
import { Parts } from '../checks/parts.ts';
import type { Destination } from './destination.ts';
import { allowedBy, isOnCable, kindOf } from './policy.ts';
import { seenQuestion } from './question.ts';
import { parseSeen, type Seen, type SeenLine } from './seen.ts';

/** Where a host's connections went, as the report lists them. Empty if nobody counted or the answer is damaged. */
export function destinationsOf({ answers, environment, host, addresses }: CheckContext): Destination[] {
  try {
    const text = new Parts(seenQuestion.name, answers.get(seenQuestion.name)).maybe('counted');
    return text === null ? [] : inventory(parseSeen(text), host.name, environment, addresses);
  } catch {
    // The check `destinations/counted` reports why.
    return [];
  }
}

/** One destination for each address, protocol and port that the host or one of its containers talked to. */
export function inventory(
  { lines }: Seen,
  host: string,
  { egress }: Environment,
  addresses: AddressBook,
): Destination[] {
  const groups = new Map<string, { out: SeenLine[]; in: SeenLine[] }>();
  for (const line of lines) {
    if (line.kind === 'outside' || isOnCable(line.address)) continue;
    const key = [line.source === 'container' ? line.who : line.source, line.address, line.protocol, line.port].join(
      ' ',
    );
    const group = groups.get(key) ?? { out: [], in: [] };
    group[line.kind].push(line);
    groups.set(key, group);
  }
  return [...groups.values()]
    .flatMap((group) => destinationOf(group, host, egress, addresses))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function destinationOf(
  group: { readonly out: readonly SeenLine[]; readonly in: readonly SeenLine[] },
  host: string,
  egress: Environment['egress'],
  addresses: AddressBook,
): Destination[] {
  const [one] = group.out;
  // There are only replies: the connection began before the counting did.
  if (one === undefined) return [];
  const { address, protocol, port } = one;
  const all = [...group.out, ...group.in];
  const who = whoOf(group.out);
  return [
    {
      ...{ host, address, port, protocol, name: null },
      holderCountry: oneCountry(addresses.country(address)),
      who,
      kind: kindOf(egress, one, who),
      allowedBy: allowedBy(egress, one, addresses),
      bytesOut: total(group.out),
      bytesIn: group.in.length === 0 ? null : total(group.in),
      firstSeen: new Date(Math.min(...all.map(({ first }) => first.getTime()))).toISOString(),
      lastSeen: new Date(Math.max(...all.map(({ last }) => last.getTime()))).toISOString(),
    },
  ];
}

/**
 * Everybody who talked to it, in one line. An address if a packet was forwarded for somebody who is not a container
 * now.
 */
function whoOf(lines: readonly SeenLine[]): string | null {
  const names = lines.flatMap(({ source, who }) =>
    source === 'host' || source === 'container' ? (who ?? []) : `address ${source}`,
  );
  return names.length === 0 ? null : [...new Set(names)].sort().join(', ');
}

const total = (lines: readonly SeenLine[]): number => lines.reduce((sum, { bytes }) => sum + bytes, 0);

const sortKey = ({ who, address, protocol, port }: Destination): string => [who, address, protocol, port].join(' ');
