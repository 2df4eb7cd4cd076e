import * as z from 'zod';
import { OperationError } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { workerFileSchema } from '../contract/worker-file.ts';
import type { ReleaseManifest, WorkerBuild } from './manifest.ts';

const layer = z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number(), title: z.string() });
const build = z.object({ worker: z.string(), declared: workerFileSchema, layers: z.array(layer), entry: z.string() });
const manifest = z.object({ id: z.string().regex(/^[0-9a-f]{12}$/), workers: z.array(build) });

/** Returns a manifest as text, as in a host's `/var/lib/jernverk/releases/<id>/manifest.json`. */
export const writeManifest = (release: ReleaseManifest): string => `${JSON.stringify(release, null, 2)}\n`;

/** Reads such a text. Throws an OperationError if it is not a manifest. */
export function readManifest(text: string): ReleaseManifest {
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new OperationError('BAD_MANIFEST', `this is not the manifest of a release: ${text.slice(0, 80)}`, { cause });
  }
}

/** Returns a release's id, which comes from its content: equal builds are the same release. */
export const releaseId = (workers: readonly WorkerBuild[]): string => sha256(JSON.stringify(workers)).slice(0, 12);

/**
 * Reads the manifest that a host keeps of a release. Throws an OperationError if it is damaged or belongs to another
 * release.
 */
export function readKeptManifest(text: string, id: string): ReleaseManifest {
  const kept = readManifest(text);
  if (kept.id === id && releaseId(kept.workers) === id) return kept;
  throw new OperationError('BAD_MANIFEST', `the manifest that the host keeps of release ${id} is damaged`, {
    hint: 'apply makes it whole again if it is that of the workers as they are here; otherwise roll back to another release',
  });
}
