import { type Command, sh } from '../../../lib/shell.ts';
import type { WorkerBuild } from '../../../platform/build/manifest.ts';
import { blobsFolder, workerOwnerOf } from '../../../platform/contract/places.ts';
import { baseLabel } from '../docker/images.ts';
import loadScript from './load-image.sh';

/**
 * Makes a worker's image from the base image and the layers in the host's blob store. Docker loads an archive without
 * the layers that it already has (seen with 20.10 and 26.1), so a patch unpacks only what changed.
 */
export function loadImage(image: string, base: string, build: WorkerBuild): Command {
  const config = JSON.stringify({
    User: workerOwnerOf(build.worker),
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production'],
    Entrypoint: ['/usr/bin/node', build.entry],
    WorkingDir: '/',
    Labels: { [baseLabel]: base, 'jernverk.worker': build.worker },
  });
  return sh`set -- ${image} ${base} ${blobsFolder} ${config} ${build.layers.map((layer) => layer.digest)}
${{ script: loadScript }}`;
}
