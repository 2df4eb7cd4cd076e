import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneLine } from '../../lib/printable.ts';
import type { Text } from '../../lib/text.ts';
import { absent, type Problem, problem, same } from './problem.ts';
import { readSignature } from './signature.ts';
import { namespace, sshKeygen } from './ssh-keygen.ts';
import { signatureFile } from './statement.ts';

export type SignatureCheck =
  | { readonly state: 'good' /** `SHA256:…` of the key. */; readonly key: string }
  | { readonly state: 'bad'; readonly problem: Problem }
  | { readonly state: 'unclear'; readonly reason: Text };

interface Signers {
  /** Text of an allowed_signers file. */
  readonly signers: string;
  /** By default the ssh-keygen on the path. */
  readonly program?: string | undefined;
}

/** Checks a signature against pinned keys only. A key that is in the bundle or in the signature proves nothing. */
export async function verifySignature(
  statement: Uint8Array,
  signature: Uint8Array | null | undefined,
  { signers, program }: Signers,
): Promise<SignatureCheck> {
  if (!signature) return bad(made, absent);
  const armoured = Buffer.from(signature).toString('latin1');
  const read = readSignature(armoured);
  if (read === null) return bad(made, { nb: 'noe annet', en: 'something else' });
  if (read.namespace !== namespace) {
    return bad(
      { nb: `en signatur for ${namespace}`, en: `a signature for ${namespace}` },
      { nb: `en for ${oneLine(read.namespace)}`, en: `one for ${oneLine(read.namespace)}` },
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-verify-'));
  try {
    const files = ['-s', join(folder, 'sig'), '-f', join(folder, 'signers')];
    await writeFile(join(folder, 'sig'), armoured);
    await writeFile(join(folder, 'signers'), signers);
    const principals = await sshKeygen(['-Y', 'find-principals', ...files], '', program);
    if (principals === null) return noKeygen;
    const principal = principals.status === 0 ? principals.stdout.split('\n')[0]?.split(',')[0] : undefined;
    if (!principal) return bad(pinned, same(read.key));
    const result = await sshKeygen(['-Y', 'verify', '-n', namespace, '-I', principal, ...files], statement, program);
    if (result === null) return noKeygen;
    return result.status === 0
      ? { state: 'good', key: read.key }
      : bad(fits, same(oneLine(result.stderr || result.stdout)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bad = (expected: Text, found: Text): SignatureCheck => ({
  state: 'bad',
  problem: problem(signatureFile, expected, found),
});

const made: Text = { nb: 'en signatur slik ssh-keygen skriver den', en: 'a signature as ssh-keygen writes it' };
const pinned: Text = { nb: 'en signatur av en nøkkel du stoler på', en: 'a signature by a key that you trust' };
const fits: Text = { nb: 'en signatur over denne statement.json', en: 'a signature over this statement.json' };
const noKeygen: SignatureCheck = {
  state: 'unclear',
  reason: { nb: 'ssh-keygen finnes ikke på denne maskinen', en: 'ssh-keygen is not installed on this machine' },
};
