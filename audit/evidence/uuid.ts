import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** Chosen once, for all bundles. Jernverk defines the names in it. */
const namespace = Buffer.from('5e6d1f0a7c1b4d5e9a3c0b8f2a64d917', 'hex');

/** A UUID of version 5 (RFC 9562 §5.5): the same kind and content give the same UUID, on every machine and day. */
export function uuidOf(kind: string, content: unknown): string {
  const hash = createHash('sha1')
    .update(namespace)
    .update(`${kind}\n${canonicalJson(content)}`)
    .digest();
  const bytes = Buffer.from(hash.subarray(0, 16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
