import { createHash } from 'node:crypto';

/**
 * What a signature says about itself (OpenSSH, PROTOCOL.sshsig). Nothing here is trusted until ssh-keygen has checked
 * it.
 */
export interface Signature {
  /** `SHA256:…`, as ssh-keygen prints the fingerprint. */
  readonly key: string;
  readonly namespace: string;
}

const begin = '-----BEGIN SSH SIGNATURE-----\n';
const end = '-----END SSH SIGNATURE-----\n';

/**
 * Parses an armoured signature. Null if it is not byte for byte as ssh-keygen writes one. ssh-keygen itself also
 * accepts other white space, meaningless bits, and text around it: changes that nobody could see.
 */
export function readSignature(armoured: string): Signature | null {
  if (!armoured.startsWith(begin) || !armoured.endsWith(end)) return null;
  const blob = Buffer.from(armoured.slice(begin.length, -end.length), 'base64');
  return armour(blob) === armoured ? parse(blob) : null;
}

/** OpenSSH breaks lines after 70 characters. */
const armour = (blob: Buffer): string =>
  `${begin}${(blob.toString('base64').match(/.{1,70}/g) ?? []).map((line) => `${line}\n`).join('')}${end}`;

function parse(blob: Buffer): Signature | null {
  if (blob.subarray(0, 6).toString('latin1') !== 'SSHSIG' || blob.length < 10 || blob.readUInt32BE(6) !== 1)
    return null;
  const [key, namespace] = strings(blob.subarray(10));
  if (key === undefined || namespace === undefined) return null;
  return { key: fingerprintOf(key), namespace: namespace.toString() };
}

export const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** SSH's strings: a length of four bytes, then the bytes. Stops if a length points beyond the blob. */
function* strings(blob: Buffer): Generator<Buffer> {
  let at = 0;
  while (at + 4 <= blob.length) {
    const next = at + 4 + blob.readUInt32BE(at);
    if (next > blob.length) return;
    yield blob.subarray(at + 4, next);
    at = next;
  }
}
