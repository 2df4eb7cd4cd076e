import { join } from 'node:path';
import { writeBundle } from '../audit/evidence/bundle.ts';
import { readLatest, recordLatest } from '../audit/evidence/latest.ts';
import { isEvidence, signingFor, writtenLines } from '../audit/evidence/signing.ts';
import { outcomeOf } from '../audit/outcome.ts';
import { describeAudit } from '../audit/report/describe.ts';
import { withLock } from '../lib/machine-lock.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { connectForAudit } from '../provision/fleet/hosts.ts';
import { chosenLanguage } from './arguments.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { fromCaller, projectVersion } from './project.ts';
import { loadHosts } from './session.ts';

/**
 * Asks hosts where data is and where it can go, and writes signed evidence. Reads only. Exit code 0 if all checks
 * passed, 1 if a check failed and nobody accepts it, 2 if something is unknown or the evidence is not signed by a key
 * of the environment.
 */
export async function auditCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const language = chosenLanguage(invocation.options.lang);
  const { out, key } = invocation.options;
  const now = new Date();
  const bundles = join(root, '.jernverk', 'audit', environment.name);
  // Loaded late, because the charts of the pages are most of the program.
  const { runAudit } = await import('../audit/run/run.ts');
  const stamp = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const folder = typeof out === 'string' ? fromCaller(out) : join(bundles, stamp);
  const signing = await signingFor(environment, root, typeof key === 'string' ? fromCaller(key) : undefined);
  // Two audits at the same time would both follow the same bundle, and the chain would fork.
  const { audit, written, latest } = await withLock(`${root}-audit-${environment.name}`, async () => {
    const latest = await readLatest(bundles, environment.name);
    const contents = await runAudit({
      ...{ environment, hosts, root, now },
      version: await projectVersion(root),
      previous: latest === null ? null : { sha256: latest.sha256, at: latest.at },
      connect: (config) => connectForAudit(environment, config, root, { interrupt: interruption }),
      say: (line) => invocation.json || say(line),
    });
    // Half of the answers are not evidence, and the next bundle would follow this one.
    interruption.signal.throwIfAborted();
    const written = await writeBundle(contents, folder, signing);
    await recordLatest(bundles, { folder, sha256: written.sha256, at: contents.audit.at });
    return { audit: contents.audit, written, latest };
  });
  if (invocation.json) sayJson({ audit, written });
  else say(...describeAudit(audit, language), ...writtenLines(written, latest, language));
  // A failure that nobody accepts, or that somebody accepted until a day that has passed.
  if (audit.findings.some((finding) => outcomeOf(finding, audit.at) === 'fail')) return exitCodes.failed;
  const unclear = audit.findings.some(({ status }) => status === 'error' || status === 'not evaluated');
  return unclear || audit.scope.excluded.length > 0 || !isEvidence(written) ? exitCodes.unclear : exitCodes.done;
}
