import { diffAudits, isEmpty } from '../audit/evidence/diff.ts';
import { diffLines } from '../audit/evidence/diff-lines.ts';
import { readAudit } from '../audit/evidence/read-audit.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { chosenLanguage } from './arguments.ts';
import type { Invocation } from './invocation.ts';
import { fromCaller } from './project.ts';

/** Exit code 0 no difference, 1 a difference, 2 a bundle could not be read. Verifies neither of the two. */
export async function auditDiffCommand(invocation: Invocation): Promise<number> {
  const { old = '', new: newer = '' } = invocation.arguments;
  const language = chosenLanguage(invocation.options.lang);
  const difference = diffAudits(await readAudit(fromCaller(old)), await readAudit(fromCaller(newer)));
  if (invocation.json) sayJson(difference);
  else say(...diffLines(difference, language));
  return isEmpty(difference) ? exitCodes.done : exitCodes.failed;
}
