import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machineKeyWorth, machinePublicKey, signsByItself } from '../audit/evidence/machine-key.ts';
import { readSignature } from '../audit/evidence/signature.ts';
import { allowedSigners, fingerprint, signersFromFile } from '../audit/evidence/signers.ts';
import { signatureFile } from '../audit/evidence/statement.ts';
import { verificationLines } from '../audit/evidence/verification-lines.ts';
import { type Verification, verifyBundle } from '../audit/evidence/verify.ts';
import { InputError } from '../lib/errors.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { loadEnvironment } from '../provision/environment/load.ts';
import { chosenLanguage } from './arguments.ts';
import type { Invocation } from './invocation.ts';
import { fromCaller, projectRoot } from './project.ts';

/** Exit code 0 intact, 1 changed, 2 could not tell. */
export async function verifyBundleCommand(invocation: Invocation): Promise<number> {
  const { bundle = '' } = invocation.arguments;
  const language = chosenLanguage(invocation.options.lang);
  const { previous } = invocation.options;
  const trusted = await signers(invocation, fromCaller(bundle));
  const verification = await verifyBundle(fromCaller(bundle), {
    signers: trusted.keys,
    ...(typeof previous === 'string' && { previous: fromCaller(previous) }),
  });
  const ofMachine = trusted.ofMachine && verification.state === 'intact';
  if (invocation.json) sayJson({ ...verification, ...(ofMachine && { ofMachine }) });
  else say(...verificationLines(verification, language), ...(ofMachine ? [`  ${machineKeyWorth[language]}`] : []));
  return exitOf[verification.state];
}

const exitOf: Readonly<Record<Verification['state'], number>> = {
  intact: exitCodes.done,
  changed: exitCodes.failed,
  unclear: exitCodes.unclear,
};

interface Trusted {
  /** Text of an allowed_signers file. */
  readonly keys: string;
  readonly ofMachine: boolean;
}

/**
 * Returns the keys of a file that the auditor got in another way than the bundle. Without a file, returns this
 * machine's own key if it signs for the environment and has signed the bundle, or else the keys that the environment
 * pins.
 */
async function signers(invocation: Invocation, bundle: string): Promise<Trusted> {
  const { signers: file } = invocation.options;
  if (typeof file === 'string') {
    const text = await readFile(fromCaller(file), 'utf8').catch((cause: unknown) => {
      throw new InputError('SIGNERS_UNREADABLE', `cannot read the signers' keys in ${file}`, { cause });
    });
    return { keys: signersFromFile(text), ofMachine: false };
  }
  const root = projectRoot();
  const environment = await loadEnvironment(invocation.environment, root);
  const own = signsByItself(environment) && (await signedByMachine(bundle, root)) ? await machinePublicKey(root) : null;
  return { keys: allowedSigners(own === null ? environment.audit.signers : [own]), ofMachine: own !== null };
}

/**
 * Whether the bundle says that this machine has signed it. A bundle of somebody else is not changed, only not known
 * here.
 */
async function signedByMachine(bundle: string, root: string): Promise<boolean> {
  const own = await machinePublicKey(root);
  const signature = await readFile(join(bundle, signatureFile), 'latin1').catch(() => '');
  return own !== null && readSignature(signature)?.key === fingerprint(own);
}
