import { InputError } from '../lib/errors.ts';
import { parseIpv4, parseIpv6 } from './address.ts';
import { type Range, type Span, settle } from './ranges.ts';

/** The publishers of such files. `nro` is the joint file of all five registries. */
export const registries = ['afrinic', 'apnic', 'arin', 'iana', 'lacnic', 'nro', 'ripencc'] as const;
export type Registry = (typeof registries)[number];

/** One file of delegated statistics, plain or extended. */
export interface Delegated {
  readonly registry: Registry;
  readonly serial: string;
  /** The registry's own date: the last day that the file covers, as midnight UTC at the start of that day. */
  readonly date: Date;
  /** Number of records, including free and reserved numbers. */
  readonly records: number;
  readonly ipv4: readonly Range[];
  readonly ipv6: readonly Range[];
  readonly asn: readonly Range[];
  /** Records that contradict each other. They are left out. */
  readonly disputed: readonly Range[];
}

type Kind = 'ipv4' | 'ipv6' | 'asn';
const kinds: readonly Kind[] = ['ipv4', 'ipv6', 'asn'];

/** If a file contradicts itself more often than this, something else is wrong with it. */
const mostDisputed = 100;

/**
 * Reads delegated statistics: `registry|cc|type|start|value|date|status[|opaque-id[|…]]`. Format: APNIC, "RIR
 * statistics exchange format". The value is a count of addresses for ipv4 (any count, not only powers of two), a prefix
 * length for ipv6, a count for asn. Numbers that nobody holds (available, reserved) and records without a country are
 * left out. A file with fewer records than its own header and summaries say is truncated and refused. Throws InputError
 * ADDRESS_DATA, with the line.
 *
 * @param name of the file, for messages
 */
export function parseDelegated(text: string, name: string): Delegated {
  const lines = linesOf(text, name);
  const header = parseHeader(lines.next().value, name);
  const counted = new Map<string, number>();
  const held: Record<Kind, Range[]> = { ipv4: [], ipv6: [], asn: [] };
  const promised = new Map<string, number>();
  for (const line of lines) {
    const [of = '', country = '', type = '', , count = '', dateOrWord = '', status = ''] = line.fields;
    if (line.fields.length === 6 && dateOrWord === 'summary') {
      promised.set(`${of}|${kindOf(type, line)}`, wholeNumber(count, line, 'a count of records'));
      continue;
    }
    if (line.fields.length < 7) throw wrong(line, 'registry|cc|type|start|value|date|status', line.text);
    const kind = kindOf(type, line);
    const key = `${of}|${kind}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
    if (status !== 'allocated' && status !== 'assigned') continue;
    const { start, end } = parseSpan(kind, line);
    if (country !== '' && country !== 'ZZ' && country !== '*') {
      held[kind].push({ start, end, country: code(country, line) });
    }
  }
  const records = checkCounts(name, header.records, counted, promised);
  const settled = { ipv4: settle(held.ipv4), ipv6: settle(held.ipv6), asn: settle(held.asn) };
  const disputed = kinds.flatMap((kind) => settled[kind].disputed);
  checkContent(name, settled.ipv4.ranges.length + settled.ipv6.ranges.length, disputed.length);
  return {
    ...header,
    records,
    ipv4: settled.ipv4.ranges,
    ipv6: settled.ipv6.ranges,
    asn: settled.asn.ranges,
    disputed,
  };
}

interface Line {
  readonly fields: readonly string[];
  readonly text: string;
  /** The file's name. `number` is the line's number, from 1. */
  readonly name: string;
  readonly number: number;
}

/** Yields one line at a time, because the joint file has some 700,000. Empty lines and comments are left out. */
function* linesOf(text: string, name: string): Generator<Line, undefined> {
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end).trim();
    from = end === -1 ? text.length : end + 1;
    number++;
    if (line !== '' && !line.startsWith('#')) yield { fields: line.split('|'), text: line, name, number };
  }
}

/** Reads `version|registry|serial|records|startdate|enddate|UTC offset`. */
function parseHeader(
  first: Line | undefined,
  name: string,
): Pick<Delegated, 'registry' | 'serial' | 'date' | 'records'> {
  if (first === undefined)
    throw new InputError('ADDRESS_DATA', `${name}: expected delegated statistics, and it is empty`);
  const { fields } = first;
  const [version = '', registryName = '', serial = '', records = '', , end = ''] = fields;
  if (!/^2(\.\d+)?$/.test(version) || fields.length < 7) {
    throw wrong(first, 'a header 2|registry|serial|records|startdate|enddate|UTC offset', first.text);
  }
  const registry = registries.find((known) => known === registryName);
  if (registry === undefined) throw wrong(first, `a registry, one of ${registries.join(', ')}`, registryName);
  return { registry, serial, date: dateOf(end, first), records: wholeNumber(records, first, 'a count of records') };
}

function dateOf(text: string, line: Line): Date {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw wrong(line, 'an end date such as 20261123', text);
  }
  return date;
}

function kindOf(text: string, line: Line): Kind {
  const kind = kinds.find((known) => known === text);
  if (kind === undefined) throw wrong(line, 'a type, one of asn, ipv4, ipv6', text);
  return kind;
}

function wholeNumber(text: string, line: Line, what: string): number {
  if (!/^\d{1,12}$/.test(text)) throw wrong(line, what, text);
  return Number(text);
}

function code(text: string, line: Line): string {
  if (!/^[A-Z]{2}$/.test(text)) throw wrong(line, 'a country as two capital letters', text);
  return text;
}

function parseSpan(kind: Kind, line: Line): Span {
  const [, , , from = '', value = ''] = line.fields;
  if (kind === 'ipv6') return parsePrefix(from, value, line);
  const start = kind === 'asn' ? (/^\d{1,10}$/.test(from) ? BigInt(from) : null) : parseIpv4(from);
  if (start === null) throw wrong(line, kind === 'asn' ? 'an AS number' : 'an IPv4 address', from);
  const count = BigInt(wholeNumber(value, line, 'a count'));
  const end = start + count - 1n;
  if (count === 0n || end > 0xffff_ffffn) throw wrong(line, 'a count that stays within 32 bits', value);
  return { start, end };
}

function parsePrefix(from: string, value: string, line: Line): Span {
  const start = parseIpv6(from);
  if (start === null) throw wrong(line, 'an IPv6 address', from);
  const length = wholeNumber(value, line, 'a prefix length');
  if (length < 1 || length > 128) throw wrong(line, 'a prefix length from 1 to 128', value);
  const size = 1n << BigInt(128 - length);
  if (start % size !== 0n) throw wrong(line, `an address at which a /${length} begins`, from);
  return { start, end: start + size - 1n };
}

/**
 * Checks the number of records. A file may have more than it says; one with fewer is truncated. The records of the
 * joint file keep each registry's name, and its own summaries count all of them.
 */
function checkCounts(
  name: string,
  records: number,
  counted: ReadonlyMap<string, number>,
  promised: ReadonlyMap<string, number>,
): number {
  const count = (of: string, kind: string): number =>
    [...counted].reduce((sum, [key, given]) => {
      const [registry, type] = key.split('|');
      return (of === 'nro' || registry === of) && (kind === '' || type === kind) ? sum + given : sum;
    }, 0);
  const total = count('nro', '');
  if (total < records) throw cutOff(name, `${records} records, as its header says`, total);
  for (const [key, expected] of promised) {
    const [of = '', kind = ''] = key.split('|');
    const given = count(of, kind);
    if (given < expected) throw cutOff(name, `${expected} records of ${key}, as its summary says`, given);
  }
  return total;
}

const cutOff = (name: string, expected: string, given: number): InputError =>
  new InputError('ADDRESS_DATA_CUT_OFF', `${name}: expected ${expected}, and there are ${given}`, {
    hint: 'the file is not whole; fetch it again',
  });

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

const wrong = ({ name, number }: Line, expected: string, given: string): InputError =>
  new InputError('ADDRESS_DATA', `${name}, line ${number}: expected ${expected}, given "${given.slice(0, 80)}"`, {
    hint: 'is this a file of delegated statistics, such as delegated-ripencc-extended-latest?',
  });
