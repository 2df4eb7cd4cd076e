import { oneLine } from '../../lib/printable.ts';
import type { Text } from '../../lib/text.ts';
import { readSignature } from './signature.ts';
import { namespace, sshKeygen } from './ssh-keygen.ts';

export type Signed =
  | { readonly state: 'signed'; readonly signature: string; readonly key: string }
  | { readonly state: 'unsigned'; readonly reason: Text };

/**
 * Signs on this machine, never on an audited host: `ssh-keygen -Y sign -n jernverk-evidence`. The passphrase of a key
 * comes from the agent or the terminal.
 */
export async function sign(statement: string, key: string | null): Promise<Signed> {
  if (key === null) return unsigned('ingen nøkkel er oppgitt', 'no key was given');
  const result = await sshKeygen(['-Y', 'sign', '-n', namespace, '-f', key], statement);
  if (result === null)
    return unsigned('ssh-keygen finnes ikke på denne maskinen', 'ssh-keygen is not installed on this machine');
  if (result.status !== 0) {
    const said = oneLine(result.stderr) || `exit ${result.status}`;
    return unsigned(
      `ssh-keygen kunne ikke signere med ${key}: ${said}`,
      `ssh-keygen could not sign with ${key}: ${said}`,
    );
  }
  const read = readSignature(result.stdout);
  if (read === null) return unsigned('ssh-keygen ga ingen signatur', 'ssh-keygen gave no signature');
  return { state: 'signed', signature: result.stdout, key: read.key };
}

const unsigned = (nb: string, en: string): Signed => ({ state: 'unsigned', reason: { nb, en } });
