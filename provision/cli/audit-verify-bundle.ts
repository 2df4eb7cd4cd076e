import { readFile } from 'node:fs/promises';
import { allowedSigners, signersFromFile } from '../../audit/evidence/signers.ts';
import { verificationLines } from '../../audit/evidence/verification-lines.ts';
import { type Verification, verifyBundle } from '../../audit/evidence/verify.ts';
import { InputError } from '../errors.ts';
import { loadEnvironment } from '../load.ts';
import { exitCodes } from '../report.ts';
import { say, sayJson } from '../terminal.ts';
import { fromCaller } from './caller.ts';
import type { Invocation } from './invocation.ts';
import { chosenLanguage } from './language.ts';
import { projectRoot } from './root.ts';

/** Exit code 0 intact, 1 changed, 2 could not tell. */
export async function verifyBundleCommand(invocation: Invocation): Promise<number> {
  const { bundle = '' } = invocation.arguments;
  const language = chosenLanguage(invocation.options.lang);
  const { previous } = invocation.options;
  const verification = await verifyBundle(fromCaller(bundle), {
    signers: await signers(invocation),
    ...(typeof previous === 'string' && { previous: fromCaller(previous) }),
  });
  if (invocation.json) sayJson(verification);
  else say(...verificationLines(verification, language));
  return exitOf[verification.state];
}

const exitOf: Readonly<Record<Verification['state'], number>> = {
  intact: exitCodes.done,
  changed: exitCodes.failed,
  unclear: exitCodes.unclear,
};

/** From a file that the auditor got in another way than the bundle, or those that the environment pins. */
async function signers(invocation: Invocation): Promise<string> {
  const { signers: file } = invocation.options;
  if (typeof file !== 'string') {
    const { audit } = await loadEnvironment(invocation.environment, projectRoot());
    return allowedSigners(audit.signers);
  }
  const text = await readFile(fromCaller(file), 'utf8').catch((cause: unknown) => {
    throw new InputError('SIGNERS_UNREADABLE', `cannot read the signers' keys in ${file}`, { cause });
  });
  return signersFromFile(text);
}
