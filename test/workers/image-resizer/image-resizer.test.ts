import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type ResultRecord, resultRecordSchema } from '../../../platform/contract/job.ts';
import { openFileStore } from '../../../platform/runtime/file-store.ts';
import { formats } from '../../../workers/image-resizer/input.ts';
import {
  animatedGif,
  cmykJpeg,
  colourAt,
  rotatedJpeg,
  scene,
  transparentPng,
  wideGamutJpeg,
} from '../../support/photos.ts';
import { takeDead } from '../../support/queues.ts';
import { startBroker, type TestBroker } from '../../support/rabbitmq.ts';
import { openHost, type TestHost, type TestSlot } from '../../support/slot.ts';

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

const outputSchema = z.object({
  file: z.string(),
  width: z.number(),
  height: z.number(),
  frames: z.number(),
  bytes: z.number(),
});

/** It stands in the line after the job's id. */
const recordIn = (stdout: string): ResultRecord => resultRecordSchema.parse(JSON.parse(stdout.split('\n')[1] ?? ''));

/** Through everything: enqueue program, broker, slot, result record. */
async function submit(photo: Buffer, wanted: object): Promise<ResultRecord> {
  const { stdout, stderr } = await host.enqueue({ input: wanted, file: true, wait: 30 }, photo);
  expect(stderr).toBe('');
  return recordIn(stdout);
}

async function resized(photo: Buffer, format: string, width = 100, height = 100) {
  const record = await submit(photo, { format, width, height });
  expect(record).toMatchObject({ state: 'done', reason: null });
  const output = outputSchema.parse(record.output);
  const content = await openFileStore(host.files).read(output.file);
  expect(content.length).toBe(output.bytes);
  return { output, content, metadata: await sharp(content).metadata() };
}

async function refused(photo: Buffer): Promise<string> {
  const record = await submit(photo, { format: 'webp', width: 100, height: 100 });
  expect(record).toMatchObject({ state: 'dead', output: null });
  const dead = await takeDead(broker, 'image-resizer');
  expect(dead.properties.messageId).toBe(record.id);
  expect(dead.properties.headers?.['x-jernverk-reason']).toBe(record.reason);
  return record.reason ?? '';
}

/** Within 25 of 255: noise and encoders change a little, and four inks cannot print every red. */
const near = (colour: readonly number[]) => colour.map((value) => expect.closeTo(value, -1.7));
const red = near([230, 20, 20]);

it.each(formats)('a JPEG becomes %s that fits into the box and keeps its proportions', async (format) => {
  const { output, metadata } = await resized(await scene(800, 600).jpeg().toBuffer(), format);
  expect(output).toMatchObject({ width: 100, height: 75, frames: 1 });
  expect(metadata).toMatchObject({ format: format === 'avif' ? 'heif' : format, width: 100, height: 75 });
});

it.each(['png', 'webp', 'avif', 'tiff'] as const)('a photo that comes as %s is read', async (format) => {
  const { output } = await resized(await scene(400, 300).toFormat(format).toBuffer(), 'jpeg');
  expect(output).toMatchObject({ width: 100, height: 75 });
});

it('a photo is never made larger', async () => {
  const { output } = await resized(await scene(40, 30).png().toBuffer(), 'png', 1000, 1000);
  expect(output).toMatchObject({ width: 40, height: 30 });
});

it('EXIF orientation is applied and taken out with all other metadata', async () => {
  const photo = await rotatedJpeg();
  expect(await sharp(photo).metadata()).toMatchObject({ width: 300, height: 400, orientation: 6 });
  const { output, content, metadata } = await resized(photo, 'jpeg');
  expect(output).toMatchObject({ width: 100, height: 75 });
  expect(metadata.exif).toBeUndefined();
  expect(metadata.orientation).toBeUndefined();
  expect(await colourAt(content, 10, 8)).toEqual(red);
});

it.each([
  ['CMYK', cmykJpeg, 'cmyk'],
  ['wide-gamut', wideGamutJpeg, 'srgb'],
] as const)('a %s JPEG keeps its colours in sRGB, and the profile is taken out', async (_, make, space) => {
  const photo = await make();
  expect(await sharp(photo).metadata()).toMatchObject({ space, hasProfile: true });
  const { content, metadata } = await resized(photo, 'png');
  expect(metadata).toMatchObject({ space: 'srgb', channels: 3, hasProfile: false });
  expect(await colourAt(content, 10, 8)).toEqual(red);
});

it.each(['png', 'webp', 'avif'])('transparency is kept in %s', async (format) => {
  const { content } = await resized(await transparentPng(), format);
  const { data, info } = await sharp(content).extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  const alphaAt = (x: number) => data[30 * info.width * info.channels + x * info.channels];
  expect([alphaAt(10), alphaAt(90)]).toEqual([255, 0]);
});

it('transparency becomes white in JPEG, which has none', async () => {
  const { content } = await resized(await transparentPng(), 'jpeg');
  expect(await colourAt(content, 90, 40)).toEqual(near([255, 255, 255]));
});

it.each(['gif', 'webp'])('an animated GIF stays animated as %s', async (format) => {
  const { output, metadata } = await resized(await animatedGif(), format, 60, 60);
  expect(output).toMatchObject({ width: 60, height: 45, frames: 3 });
  expect(metadata).toMatchObject({ pages: 3, delay: [100, 100, 100] });
});

it('an animated GIF gives its first frame in a format that stands still', async () => {
  const { output, content } = await resized(await animatedGif(), 'png', 60, 60);
  expect(output).toMatchObject({ width: 60, height: 45, frames: 1 });
  expect(await colourAt(content, 30, 20)).toEqual(near([255, 0, 0]));
});

it('a photo of 40 megapixels is done', async () => {
  const { output } = await resized(await scene(7300, 5480).jpeg().toBuffer(), 'jpeg', 1000, 1000);
  expect(output).toMatchObject({ width: 1000, height: 751 });
}, 120_000);

it('broken files end dead with the reason of the decoder, and the slot lives', async () => {
  const whole = await scene(400, 300).jpeg().toBuffer();
  expect(await refused(Buffer.from('no picture'))).toMatch(/unsupported image format/);
  expect(await refused(Buffer.alloc(0))).toMatch(/^not a picture that can be resized: /);
  expect(await refused(whole.subarray(0, whole.length / 2))).toMatch(/premature end/i);
  const png = await scene(400, 300).png().toBuffer();
  expect(await refused(png.subarray(0, png.length / 2))).toMatch(/^not a picture that can be resized: /);
  expect((await resized(whole, 'webp')).output).toMatchObject({ width: 100 });
  expect((await slot.status())?.failed).toBeGreaterThanOrEqual(4);
  expect(slot.process.exitCode).toBeNull();
});

it('a picture that claims more pixels than a slot can hold is refused before it is decoded', async () => {
  const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  expect(bomb.length).toBeLessThan(1_000_000);
  expect(await refused(bomb)).toMatch(/exceeds pixel limit/);
});

it.each([
  ['a file that is not in the store', `sha256:${'0'.repeat(64)}`, /^the file store has no sha256:0{64}$/],
  ['a file reference that leads elsewhere', '../../etc/passwd', /^input: file: a file reference/],
])('%s ends dead with a reason', async (_, file, reason) => {
  const { stdout } = await host.enqueue({ input: { file, format: 'png', width: 9, height: 9 }, wait: 30 });
  expect(recordIn(stdout)).toMatchObject({ state: 'dead', reason: expect.stringMatching(reason) });
  await takeDead(broker, 'image-resizer');
});
