import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFileStore } from '../../workers/runtime/file-store.ts';
import { resultRecordSchema } from '../../workers/runtime/job.ts';
import { startBroker, type TestBroker } from '../support/rabbitmq.ts';
import { openHost, type TestHost, type TestSlot } from '../support/slot.ts';

let broker: TestBroker;
let host: TestHost;
let slot: TestSlot;

beforeAll(async () => {
  broker = await startBroker({ workers: ['image-resizer'] });
  host = await openHost(broker, 'image-resizer', process.cwd());
  slot = await host.startSlot();
  await slot.logged('consuming');
}, 120_000);
afterAll(async () => {
  await host?.close();
  await broker?.stop();
});

test('a photo that is put in comes out resized', async () => {
  const photo = await sharp({ create: { width: 800, height: 600, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const { code, stdout, stderr } = await host.enqueue(
    ['--file', '-', '--wait', '{"width":80,"height":80,"format":"webp"}'],
    photo,
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const record = resultRecordSchema.parse(JSON.parse(stdout));
  expect(record).toMatchObject({
    state: 'done',
    reason: null,
    output: { width: 80, height: 60, format: 'webp', frames: 1 },
  });
  const { file } = record.output as { file: string };
  expect(await sharp(await openFileStore(host.files).read(file)).metadata()).toMatchObject({
    format: 'webp',
    width: 80,
  });
});
