import { createHash } from 'node:crypto';

/** A host's public key. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  /** The key in the wire format of RFC 4253 §6.6: the type again, then the numbers. */
  readonly blob: Buffer;
}

/** Reads the type at the start of the blob: a 32-bit length and that many bytes. */
export function hostKeyFromBlob(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return { type: blob.toString('latin1', 4, 4 + length), blob };
}

/** Reads `ssh-ed25519 AAAA…`, with or without a comment. Undefined if the two parts do not agree. */
export function parseHostKey(text: string): HostKey | undefined {
  const [type, base64] = text.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const key = hostKeyFromBlob(Buffer.from(base64, 'base64'));
  return key.type === type ? key : undefined;
}

/** Returns `ssh-ed25519 AAAA…`, as in known_hosts and in the environment file. */
export const formatHostKey = (key: HostKey): string => `${key.type} ${key.blob.toString('base64')}`;

/** Returns `SHA256:…` as `ssh-keygen -l` prints it: base64 without padding. */
export const fingerprint = (key: HostKey): string =>
  `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`;

/** Returns the signature algorithms of a key type. An RSA key signs with SHA-2 (RFC 8332). SHA-1 is not offered. */
export const signatureAlgorithms = (type: string): readonly string[] =>
  type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type];
