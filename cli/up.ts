import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import * as z from 'zod';
import { labUp } from '../lab/lab.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { fileReference, type ResultRecord } from '../platform/contract/job.ts';
import { applyExitCode, describeOutcome, exitCodes } from '../provision/engine/report.ts';
import { enqueueOn, fetchFile } from '../provision/fleet/enqueue.ts';
import { brokerHost } from '../provision/fleet/hosts.ts';
import { labSpecOf } from '../provision/fleet/lab-hosts.ts';
import { findSmokeJobs, type SmokeJob } from '../provision/fleet/smoke.ts';
import type { Host } from '../provision/ssh/host.ts';
import { applySession } from './apply.ts';
import type { Invocation } from './invocation.ts';
import { seconds } from './progress.ts';
import { connectTo, loadHosts, openSession } from './session.ts';

/** Seconds that the first job may take. The slots are healthy by then, so this is generous. */
const smokeSeconds = 60;

/**
 * From nothing to a finished job: makes the lab's hosts, deploys, gives each worker its smoke job, fetches the results.
 */
export async function upCommand(invocation: Invocation): Promise<number> {
  const started = performance.now();
  const tell = (...lines: readonly string[]): void => {
    if (!invocation.json) say(...lines);
  };
  const { root, hosts } = await loadHosts(invocation);
  const labHosts = hosts.filter((host) => host.lab !== undefined);
  // The workers are built while the hosts boot.
  const session = await openSession(invocation);
  const [made] = await Promise.all([
    labUp(labHosts.map(labSpecOf), { project: root, progress: tell }),
    ...session.targets.map(({ topics }) => topics),
  ]);
  for (const { name, did } of made) tell(`${name}: ${did === 'nothing' ? 'is up' : did}`);
  const outcomes = await applySession(session, invocation);
  tell(...outcomes.flatMap(describeOutcome));
  const applied = applyExitCode(outcomes);
  if (applied !== exitCodes.done) return applied;
  const jobs = await findSmokeJobs(
    session.environment.workers.map((worker) => worker.name),
    root,
  );
  await using host = await connectTo(brokerHost(hosts), root);
  const proofs: Proof[] = [];
  for (const job of jobs) proofs.push(await prove(host, job, root));
  const milliseconds = performance.now() - started;
  if (invocation.json) sayJson({ hosts: outcomes, proofs, milliseconds });
  else say(...proofs.map(describe), `done in ${seconds(milliseconds)}`);
  return proofs.every((proof) => proof.record.state === 'done') ? exitCodes.done : exitCodes.failed;
}

interface Proof {
  readonly worker: string;
  readonly record: ResultRecord;
  /** Path of the fetched result, relative to the project. Null if the job gave no file. */
  readonly result: string | null;
}

const fileOutput = z.object({ file: fileReference });

/**
 * Returns where the result of a worker's first job is put, relative to the project. The file's ending is the format
 * that we asked for. What the worker says about it never becomes part of a path.
 */
export function resultFile({ worker, file, input }: SmokeJob): string {
  const asked = z
    .string()
    .regex(/^[a-z0-9]{1,8}$/)
    .safeParse(input.format);
  return join('.jernverk', 'results', `${worker}${asked.success ? `.${asked.data}` : extname(file)}`);
}

/** Runs a worker’s first job and keeps its result. */
export async function prove(host: Host, job: SmokeJob, root: string): Promise<Proof> {
  const { worker, file, input } = job;
  const { ended } = await enqueueOn(host, {
    ...{ worker, input, file: join(root, file) },
    ...{ count: 1, waitSeconds: smokeSeconds },
  });
  const [record] = ended;
  if (record === undefined) throw new Error(`${worker}: the smoke job gave no result record`);
  const output = fileOutput.safeParse(record.output);
  if (!output.success) return { worker, record, result: null };
  const result = resultFile(job);
  await mkdir(dirname(join(root, result)), { recursive: true });
  await writeFile(join(root, result), await fetchFile(host, worker, output.data.file));
  return { worker, record, result };
}

function describe({ worker, record, result }: Proof): string {
  if (record.state === 'dead') return `${worker}: its first job is dead: ${record.reason}`;
  return `${worker}: its first job is done${result === null ? '' : `; the result is in ${result}`}`;
}
