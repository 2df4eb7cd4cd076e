import { sudoersFile } from '../audit/checks/sudoers.ts';
import { InputError } from '../lib/errors.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { account } from '../provision/environment/audit.ts';
import { loadEnvironment } from '../provision/environment/load.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './project.ts';

/** `jernverk audit sudoers`: prints a whole file and nothing else, so that it can be piped to `visudo` and to hosts. */
export async function auditSudoersCommand(invocation: Invocation): Promise<number> {
  const file = sudoersFile(await chosenAccount(invocation));
  if (invocation.json) sayJson({ file });
  else say(...file.trimEnd().split('\n'));
  return exitCodes.done;
}

/** The name becomes part of a rule, so it is checked wherever it comes from. */
async function chosenAccount(invocation: Invocation): Promise<string> {
  const { user } = invocation.options;
  const given = typeof user === 'string' ? user : await declaredAccount(invocation);
  const parsed = account.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InputError('AUDIT_ACCOUNT', `--user takes the name of an account, not ${JSON.stringify(given)}`, {
    hint: 'a name has only a-z, 0-9, "_" and "-", begins with a letter, and has at most 32 characters',
  });
}

async function declaredAccount({ environment }: Invocation): Promise<string> {
  const { audit } = await loadEnvironment(environment, projectRoot());
  if (audit.login !== undefined) return audit.login.user;
  throw new InputError('AUDIT_ACCOUNT', 'cannot tell which account the file is for: the environment names none', {
    hint: 'name it with --user, or in the environment as audit.login.user',
  });
}
