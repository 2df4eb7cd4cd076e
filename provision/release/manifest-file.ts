import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ReleaseManifest } from './manifest.ts';

const layer = z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number(), title: z.string() });
const build = z.object({ worker: z.string(), layers: z.array(layer), entry: z.string() });
const manifest = z.object({ id: z.string().regex(/^[0-9a-f]{12}$/), workers: z.array(build) });

/** The text of a manifest as it lies in a host's `/var/lib/jernverk/releases/<id>/manifest.json`. */
export const writeManifest = (release: ReleaseManifest): string => `${JSON.stringify(release, null, 2)}\n`;

/** Reads such a text. Throws an OperationError where it is not one. */
export function readManifest(text: string): ReleaseManifest {
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new OperationError('BAD_MANIFEST', `this is not the manifest of a release: ${text.slice(0, 80)}`, { cause });
  }
}
