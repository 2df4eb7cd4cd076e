import { InputError } from '../../lib/errors.ts';
import { fingerprintOf } from './signature.ts';
import { namespace } from './ssh-keygen.ts';

const publicKey = /^((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+) ([A-Za-z0-9+/]+=*)(?: [^\n]*)?$/;

/** An allowed_signers file (ssh-keygen(1)) in which each of these public keys may sign bundles, and nothing else. */
export const allowedSigners = (keys: readonly string[]): string =>
  keys
    .map(parts)
    .map(({ type, blob }) => `jernverk namespaces="${namespace}" ${type} ${blob}\n`)
    .join('');

/** As ssh-keygen prints it: `SHA256:…`. */
export const fingerprint = (key: string): string => fingerprintOf(Buffer.from(parts(key).blob, 'base64'));

function parts(key: string): { type: string; blob: string } {
  const [, type, blob] = publicKey.exec(key.trim()) ?? [];
  if (type !== undefined && blob !== undefined) return { type, blob };
  throw new InputError('SIGNER_KEY', `expected a public key such as "ssh-ed25519 AAAA…", found ${JSON.stringify(key)}`);
}

/** Accepts a file of public keys, one per line as in `*.pub`, or an allowed_signers file, which is used unchanged. */
export function signersFromFile(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.every((line) => publicKey.test(line.trim())) ? allowedSigners(lines) : text;
}
