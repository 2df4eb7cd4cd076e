import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Layer, ReleaseManifest } from '../../platform/build/manifest.ts';
import { workerFileSchema } from '../../platform/contract/worker-file.ts';
import type { OpenBlob } from '../../provision/engine/upload.ts';

/** A release of a worker that only says that it is alive, so that slots can be tested without a broker. */
export interface TickRelease {
  readonly manifest: ReleaseManifest;
  readonly openBlob: OpenBlob;
}

/** Lives until the stop signal, then drains for half a second. */
const lives = `import { readFileSync, renameSync, writeFileSync } from 'node:fs';
const [settings, slot] = process.argv.slice(2);
const { statusFile: file, worker, release } = JSON.parse(readFileSync(settings, 'utf8'));
let state = 'consuming';
const beat = () => {
  writeFileSync(file + '.new', JSON.stringify({ state, worker, slot, release, job: null, done: 0, failed: 0, beat: Date.now() }));
  renameSync(file + '.new', file);
};
beat();
setInterval(beat, 500);
process.on('SIGTERM', () => {
  state = 'draining';
  beat();
  setTimeout(() => { console.log('drained'); process.exit(0); }, 500);
});
`;

const breaks = `console.error('no such setting: FJORD');
process.exit(3);
`;

/** Returns a release with a worker `tick` whose code contains this mark, so that another mark is another release. */
export function tickRelease(mark: string, { broken = false } = {}): TickRelease {
  const blobs = new Map<string, Buffer>();
  const layer = (name: string, text: string): Layer => {
    const tar = tarOf(name, text);
    const digest = createHash('sha256').update(tar).digest('hex');
    blobs.set(digest, tar);
    return { digest, bytes: tar.length, title: name };
  };
  const layers = [
    layer('dependencies.txt', 'the same in each release\n'),
    layer('main.mjs', `// ${mark}\n${broken ? breaks : lives}`),
  ];
  const workers = [{ worker: 'tick', declared: workerFileSchema.parse({}), layers, entry: '/app/main.mjs' }];
  const id = createHash('sha256').update(JSON.stringify(workers)).digest('hex').slice(0, 12);
  const openBlob: OpenBlob = (digest) => {
    const blob = blobs.get(digest);
    if (blob === undefined) throw new Error(`no blob ${digest}`);
    return Readable.from([blob]);
  };
  return { manifest: { id, workers }, openBlob };
}

function tarOf(name: string, text: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'jernverk-tick-'));
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', name), text);
  const options = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const tar = execFileSync('tar', ['-c', ...options, '-C', folder, 'app']);
  rmSync(folder, { recursive: true });
  return tar;
}
