import { decode, ExtData, encode } from '@msgpack/msgpack';
import { Refusal } from './diagnostics.ts';
import type { DynamicValue } from './protocol.ts';

/** Terraform's values travel as msgpack, the state files of older versions as JSON. Null if there is no value. */
export function decodeValue(value: DynamicValue | null | undefined): unknown {
  if (value?.msgpack?.length) return decode(value.msgpack);
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString('utf8'));
  return null;
}

export const encodeValue = (value: unknown): DynamicValue => ({ msgpack: encode(value) });

/** A value that is known only after something else was applied is msgpack extension 0, or 12 if its range is known. */
export const isUnknown = (value: unknown): boolean => value instanceof ExtData;

/** One topic of one host, as it is in configuration and state. */
export interface ResourceValue {
  readonly host: string;
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * Returns the resource in a value. Null if there is none. Throws Refusal with the attribute if something is not known
 * yet.
 */
export function decodeResource(encoded: DynamicValue | null | undefined): ResourceValue | null {
  const value = decodeValue(encoded);
  if (value === null) return null;
  if (!isRecord(value)) throw new Refusal({ summary: `expected a resource, was given ${typeof value}` });
  return { host: knownText(value.host, ['host']), settings: decodeSettings(value.settings) };
}

export function encodeResource({ host, settings }: ResourceValue, topic: string): DynamicValue {
  return encodeValue({ host, settings: Object.fromEntries(settings), id: `${host}/${topic}` });
}

function decodeSettings(value: unknown): Map<string, string> {
  if (isUnknown(value)) throw notKnown(['settings']);
  if (value === null) return new Map();
  if (!isRecord(value)) throw new Refusal({ summary: 'settings: expected a map of texts', path: ['settings'] });
  return new Map(Object.entries(value).map(([key, text]) => [key, knownText(text, ['settings', key])]));
}

function knownText(value: unknown, path: readonly string[]): string {
  if (isUnknown(value)) throw notKnown(path);
  if (typeof value === 'string') return value;
  const given = value === null ? 'nothing' : typeof value;
  throw new Refusal({ summary: `${path.join('.')}: expected a text, was given ${given}`, path });
}

const notKnown = (path: readonly string[]): Refusal =>
  new Refusal({
    summary: `${path.join('.')} is not known before apply`,
    detail:
      'Jernverk compares every setting with the host while it plans, so each value must be known then. ' +
      'Put the value itself there, not an output of another resource.',
    path,
  });

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExtData);
