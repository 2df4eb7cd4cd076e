import { oneLine } from '../../lib/printable.ts';
import type { Destination } from '../destinations/destination.ts';

const columns = [
  'host',
  'address',
  'port',
  'protocol',
  'name',
  'holderCountry',
  'who',
  'kind',
  'allowedBy',
  'bytesOut',
  'bytesIn',
  'firstSeen',
  'lastSeen',
] as const satisfies readonly (keyof Destination)[];

/** The destinations as in RFC 4180: commas, CRLF, a header. An unknown value is an empty cell. */
export function destinationsCsv(destinations: readonly Destination[]): string {
  const rows = destinations.map((destination) => columns.map((column) => cell(destination[column])));
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = inert(oneLine(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet runs a cell that begins with one of these characters, full-width ones included, as a formula, and names
 * come from hosts. A leading apostrophe makes it text (OWASP, CSV injection).
 */
const inert = (text: string): string => (/^[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/.test(text) ? `'${text}` : text);
