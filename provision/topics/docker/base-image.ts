import { createHash } from 'node:crypto';
import { type Command, sh } from '../../../lib/shell.ts';
import { workerUser } from '../../../platform/contract/places.ts';
import buildScript from './base-image.sh';

/** Debian 12 hosts use it, too, so that Node.js is the same everywhere. Debian 12's keyring holds the keys of both. */
const suite = 'trixie';

/** No shell, no package manager: `tini` reaps processes, `nodejs` runs the worker. */
const packages = ['base-files', 'ca-certificates', 'nodejs', 'tini'] as const;

const recipe = createHash('sha256')
  .update(JSON.stringify([suite, packages, workerUser, buildScript]))
  .digest('hex');

/** Name of the image that every worker image is built on. Another recipe gives another name. */
export const baseImage = `jernverk/base:${suite}-${recipe.slice(0, 12)}`;

/** Makes the base image from the host's own Debian mirror, without a registry. Takes about 5 seconds. */
export function buildBaseImage(): Command {
  return sh`set -- ${baseImage} ${suite} ${packages.join(',')} ${workerUser.uid} ${workerUser.gid}
${{ script: buildScript }}`;
}
