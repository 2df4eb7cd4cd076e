import type { Language, Text } from '../../lib/text.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { expandPath } from '../../provision/ssh/connection.ts';
import type { Signing, Written } from './bundle.ts';
import type { BundleName } from './chain.ts';
import { machineKey, machineKeyWorth, signsByItself } from './machine-key.ts';

/**
 * Returns the signing key. First choice: the key that the command line names (an absolute path). Second:
 * `audit.signingKey` of the environment, with `~/…` in the home folder, or relative to the project. Otherwise this
 * machine's own key for the lab, and none for other hosts.
 */
export async function signingFor(environment: Environment, projectRoot: string, named?: string): Promise<Signing> {
  const { signingKey, signers } = environment.audit;
  const ofMachine = named === undefined && signsByItself(environment);
  const own = ofMachine ? await machineKey(projectRoot) : null;
  const key = named ?? (signingKey === undefined ? own : expandPath(signingKey, projectRoot));
  return { key, signers, ofMachine };
}

/**
 * Where the bundle is, which one it follows and who is accountable for it, in lines for people. An unsigned bundle says
 * so first.
 */
export function writtenLines(
  { folder, sha256, signature }: Written,
  previous: BundleName | null,
  language: Language,
): readonly string[] {
  const place = [
    `${words.written[language]} ${folder}`,
    `  statement.json sha256 ${sha256}`,
    `  ${previous === null ? words.first[language] : `${words.follows[language]} ${previous.folder}`}`,
  ];
  if (signature.state === 'unsigned') {
    return [`${words.unsigned[language]}: ${signature.reason[language]}`, `  ${words.proves[language]}`, ...place];
  }
  const signed = `  ${words.signed[language]} ${signature.key}`;
  if (signature.ofMachine) return [...place, signed, `  ${machineKeyWorth[language]}`];
  return [...place, signed, ...(signature.pinned ? [] : [`  ${words.notPinned[language]}`])];
}

/**
 * Returns true if the bundle is signed as the environment requires: with a pinned key, or with this machine's key in
 * the lab. Otherwise the command has not achieved its purpose.
 */
export const isEvidence = ({ signature }: Written): boolean =>
  signature.state === 'signed' && (signature.pinned || signature.ofMachine);

const words = {
  unsigned: { nb: 'IKKE SIGNERT', en: 'NOT SIGNED' },
  proves: {
    nb: 'En samling uten signatur beviser ingenting. Lag en nøkkel med «ssh-keygen -t ed25519 -f FIL», oppgi den i audit.signingKey, og den offentlige delen i audit.signers.',
    en: 'A bundle without a signature proves nothing. Make a key with "ssh-keygen -t ed25519 -f FILE", put it in audit.signingKey, and put its public half in audit.signers.',
  },
  written: { nb: 'Beviset ligger i', en: 'The evidence is in' },
  follows: { nb: 'bygger på', en: 'follows' },
  first: {
    nb: 'det første i kjeden: ingen tidligere revisjon av miljøet er kjent på denne maskinen',
    en: 'the first of its chain: no earlier audit of the environment is known on this machine',
  },
  signed: { nb: 'signert med', en: 'signed by' },
  notPinned: {
    nb: 'NØKKELEN ER IKKE KJENT: den står ikke i audit.signers, så kontroll med miljøfilen vil avvise beviset',
    en: 'THE KEY IS NOT KNOWN: audit.signers does not have it, so verification with the environment will reject the bundle',
  },
} as const satisfies Record<string, Text>;
