import { pipeline, type Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { sh } from '../../lib/shell.ts';
import { blobsFolder } from '../../platform/contract/places.ts';
import type { Host } from '../ssh/host.ts';
import type { UploadStep } from './step.ts';

/** Opens a blob of the local store by its hex SHA-256 digest. */
export type OpenBlob = (digest: string) => Readable;

/**
 * Sends the blobs that the host lacks or has damaged. The host checks each against its name before it counts. The
 * host's reply is only data: only offered blobs are sent, so no reply can open another file of this machine.
 */
export async function upload(host: Host, step: UploadStep, openBlob: OpenBlob): Promise<void> {
  const answer = new Set((await host.capture(lackingCommand(step.digests))).split('\n'));
  for (const digest of step.digests.filter((offered) => answer.has(offered))) {
    await host.run(receiveCommand(digest), { title: step.title, input: compressed(openBlob(digest)) });
  }
}

/**
 * Compares content, because a damaged blob on the host would fail every deploy. Runs only when an image is to be made.
 */
const lackingCommand = (digests: readonly string[]) => sh`for digest in ${digests}; do
  got=$(sha256sum ${blobsFolder}/"$digest" 2>/dev/null) || got=
  [ "\${got%% *}" = "$digest" ] || echo "$digest"
done`;

/** A blob that cannot be read ends the stream with its error, and `run` then rejects with that. */
function compressed(blob: Readable): Readable {
  return pipeline(blob, createGzip({ level: 1 }), () => undefined);
}

const receiveCommand = (digest: string) => sh`mkdir -p ${blobsFolder}
temporary=$(mktemp ${`${blobsFolder}/.${digest}.XXXXXX`})
trap 'rm -f "$temporary"' EXIT
gunzip > "$temporary"
got=$(sha256sum "$temporary" | cut -d' ' -f1)
if [ "$got" != ${digest} ]; then
  echo "blob arrived damaged: expected sha256 ${digest}, got $got" >&2
  exit 1
fi
chmod 0644 "$temporary"
sync "$temporary"
mv -f "$temporary" ${`${blobsFolder}/${digest}`}
sync ${blobsFolder}`;
