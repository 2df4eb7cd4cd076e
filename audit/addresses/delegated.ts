import { InputError } from '../../provision/errors.ts';
import { parseIpv4, parseIpv6 } from './address.ts';
import { type Range, settle } from './ranges.ts';

/** Who publishes such files; `nro` is the joint file of all five. */
export const registries = ['afrinic', 'apnic', 'arin', 'iana', 'lacnic', 'nro', 'ripencc'] as const;
export type Registry = (typeof registries)[number];

/** One file of delegated statistics, plain or extended. */
export interface Delegated {
  readonly registry: Registry;
  readonly serial: string;
  /** The registry's own date: the last day that the file covers. Midnight UTC at its begin. */
  readonly date: Date;
  /** Lines with a record, also of free and reserved numbers. */
  readonly records: number;
  readonly ipv4: readonly Range[];
  readonly ipv6: readonly Range[];
  readonly asn: readonly Range[];
  /** Records that contradict each other, which are left out. */
  readonly disputed: readonly Range[];
}

type Kind = 'ipv4' | 'ipv6' | 'asn';
const kinds: readonly Kind[] = ['ipv4', 'ipv6', 'asn'];

/** Beyond this a file contradicts itself so often that something else is wrong with it. */
const mostDisputed = 100;

/**
 * Reads delegated statistics: `registry|cc|type|start|value|date|status[|opaque-id[|…]]`. Format: APNIC, "RIR statistics
 * exchange format"; the value is a count of addresses for ipv4 (any count, not only powers of two), a prefix length for
 * ipv6, a count for asn. Numbers that nobody holds (available, reserved) and records without a country are left out.
 * A file with fewer records than its own header and summaries say is cut off, and refused.
 *
 * @param name of the file, for messages
 * @throws InputError ADDRESS_DATA, with the line
 */
export function parseDelegated(text: string, name: string): Delegated {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ fields: line.trim().split('|'), line, at: `${name}, line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'));
  const [first, ...rest] = lines;
  const header = parseHeader(first, name);
  const counted = new Map<string, number>();
  const held: Record<Kind, Range[]> = { ipv4: [], ipv6: [], asn: [] };
  const promised = new Map<string, number>();
  for (const { fields, line, at } of rest) {
    const [of = '', country = '', type = '', , count = '', dateOrWord = '', status = ''] = fields;
    if (fields.length === 6 && dateOrWord === 'summary') {
      promised.set(`${of}|${kindOf(type, at)}`, wholeNumber(count, at, 'a count of records'));
      continue;
    }
    if (fields.length < 7) throw wrong(at, 'registry|cc|type|start|value|date|status', line);
    const kind = kindOf(type, at);
    // The joint file keeps each registry's name in its records; a summary of `nro` is over all of them.
    for (const key of [`${of}|${kind}`, `nro|${kind}`, 'all']) counted.set(key, (counted.get(key) ?? 0) + 1);
    if (status !== 'allocated' && status !== 'assigned') continue;
    const range = parseRange(kind, fields, at);
    if (country !== '' && country !== 'ZZ' && country !== '*')
      held[kind].push({ ...range, country: code(country, at) });
  }
  checkCounts(name, header.records, counted, promised);
  const settled = { ipv4: settle(held.ipv4), ipv6: settle(held.ipv6), asn: settle(held.asn) };
  const disputed = kinds.flatMap((kind) => settled[kind].disputed);
  checkContent(name, settled.ipv4.ranges.length + settled.ipv6.ranges.length, disputed.length);
  return {
    ...header,
    records: counted.get('all') ?? 0,
    ipv4: settled.ipv4.ranges,
    ipv6: settled.ipv6.ranges,
    asn: settled.asn.ranges,
    disputed,
  };
}

interface Line {
  readonly fields: readonly string[];
  readonly line: string;
  readonly at: string;
}

/** `version|registry|serial|records|startdate|enddate|UTC offset` */
function parseHeader(
  first: Line | undefined,
  name: string,
): Pick<Delegated, 'registry' | 'serial' | 'date' | 'records'> {
  if (first === undefined)
    throw new InputError('ADDRESS_DATA', `${name}: expected delegated statistics, and it is empty`);
  const { fields, line, at } = first;
  const [version = '', registryName = '', serial = '', records = '', , end = ''] = fields;
  if (!/^2(\.\d+)?$/.test(version) || fields.length < 7) {
    throw wrong(at, 'a header 2|registry|serial|records|startdate|enddate|UTC offset', line);
  }
  const registry = registries.find((known) => known === registryName);
  if (registry === undefined) throw wrong(at, `a registry, one of ${registries.join(', ')}`, registryName);
  return { registry, serial, date: dateOf(end, at), records: wholeNumber(records, at, 'a count of records') };
}

function dateOf(text: string, at: string): Date {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw wrong(at, 'an end date such as 20261123', text);
  }
  return date;
}

function kindOf(text: string, at: string): Kind {
  const kind = kinds.find((known) => known === text);
  if (kind === undefined) throw wrong(at, 'a type, one of asn, ipv4, ipv6', text);
  return kind;
}

function wholeNumber(text: string, at: string, what: string): number {
  if (!/^\d{1,12}$/.test(text)) throw wrong(at, what, text);
  return Number(text);
}

function code(text: string, at: string): string {
  if (!/^[A-Z]{2}$/.test(text)) throw wrong(at, 'a country as two capital letters', text);
  return text;
}

function parseRange(kind: Kind, [, , , from = '', value = '']: readonly string[], at: string): Omit<Range, 'country'> {
  if (kind === 'ipv6') return parsePrefix(from, value, at);
  const start = kind === 'asn' ? (/^\d{1,10}$/.test(from) ? BigInt(from) : null) : parseIpv4(from);
  if (start === null) throw wrong(at, kind === 'asn' ? 'an AS number' : 'an IPv4 address', from);
  const count = BigInt(wholeNumber(value, at, 'a count'));
  const end = start + count - 1n;
  if (count === 0n || end > 0xffff_ffffn) throw wrong(at, 'a count that stays within 32 bits', value);
  return { start, end };
}

function parsePrefix(from: string, value: string, at: string): Omit<Range, 'country'> {
  const start = parseIpv6(from);
  if (start === null) throw wrong(at, 'an IPv6 address', from);
  const length = wholeNumber(value, at, 'a prefix length');
  if (length < 1 || length > 128) throw wrong(at, 'a prefix length from 1 to 128', value);
  const size = 1n << BigInt(128 - length);
  if (start % size !== 0n) throw wrong(at, `an address at which a /${length} begins`, from);
  return { start, end: start + size - 1n };
}

/** A file may have more than it says: records were added to the format over time. Fewer is a file that was cut off. */
function checkCounts(
  name: string,
  records: number,
  counted: ReadonlyMap<string, number>,
  promised: ReadonlyMap<string, number>,
): void {
  for (const [key, expected] of new Map([...promised, ['all', records]])) {
    const given = counted.get(key) ?? 0;
    if (given >= expected) continue;
    const says = key === 'all' ? 'records, as its header says' : `records of ${key}, as its summary says`;
    throw new InputError('ADDRESS_DATA_CUT_OFF', `${name}: expected ${expected} ${says}, and there are ${given}`, {
      hint: 'the file is not whole; fetch it again',
    });
  }
}

function checkContent(name: string, held: number, disputed: number): void {
  if (held === 0) {
    throw new InputError(
      'ADDRESS_DATA',
      `${name}: expected records of addresses that somebody holds, and there is none`,
    );
  }
  if (disputed > mostDisputed) {
    throw new InputError('ADDRESS_DATA', `${name}: ${disputed} records claim the same numbers for different countries`);
  }
}

const wrong = (at: string, expected: string, given: string): InputError =>
  new InputError('ADDRESS_DATA', `${at}: expected ${expected}, given "${given.slice(0, 80)}"`, {
    hint: 'is this a file of delegated statistics, such as delegated-ripencc-extended-latest?',
  });
