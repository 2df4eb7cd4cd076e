import { pipeline, type Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { sh } from '../command.ts';
import type { Host } from '../host.ts';
import { blobsFolder } from '../places.ts';
import type { UploadStep } from '../step.ts';

/** Opens a blob of the local store by its hex SHA-256 digest. */
export type OpenBlob = (digest: string) => Readable;

/** Sends the blobs that the host lacks; each is checked against its name there before it counts. */
export async function upload(host: Host, step: UploadStep, openBlob: OpenBlob): Promise<void> {
  const missing = await host.capture(sh`for digest in ${step.digests}; do
  [ -e ${blobsFolder}/"$digest" ] || echo "$digest"
done`);
  for (const digest of missing.split('\n').filter((line) => line !== '')) {
    await host.run(receiveCommand(digest), { input: compressed(openBlob(digest)) });
  }
}

/** A blob that cannot be read ends the stream with its error, which the run then rejects with. */
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
