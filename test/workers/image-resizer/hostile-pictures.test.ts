import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../../platform/runtime/failure.ts';
import { formats } from '../../../workers/image-resizer/input.ts';
import { resize } from '../../../workers/image-resizer/resize.ts';
import { nestedUses, slotMemory, toWebp } from './pictures.ts';

type Wanted = Parameters<typeof resize>[1];

const refusal = async (photo: Buffer, wanted: Wanted = toWebp): Promise<string> => {
  const error = await resize(photo, wanted, slotMemory).then(
    () => 'it was resized',
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(PermanentFailure);
  const [, reason = ''] =
    /^not a picture that can be resized: ([^\n]+)$/.exec((error as PermanentFailure).message) ?? [];
  return reason;
};

const box = (type: string, ...content: (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4);
  return Buffer.concat([head, body]);
};
const heic = (...brands: readonly string[]) =>
  Buffer.concat([box('ftyp', brands[0] ?? '', '\0\0\0\0', ...brands), box('meta', '\0\0\0\0')]);

describe('what is no photo is refused by its first bytes, with what to send', () => {
  it.each([
    ['an SVG', nestedUses()],
    [
      'an SVG after a byte order mark and a comment',
      Buffer.from('\ufeff\n<!-- photo.jpg --><svg width="1" height="1"/>'),
    ],
    ['a page', Buffer.from('<!doctype html><title>photo</title>')],
  ])('%s', async (_, file) => {
    expect(await refusal(file)).toMatch(/^SVG and other text is not a photo: send it as JPEG, PNG, WebP, GIF/);
  });

  it.each([
    ['of an iPhone', heic('heic', 'mif1', 'heic')],
    ['of ten bits', heic('heix', 'mif1')],
    ['in a file of several pictures', heic('mif1', 'heic')],
  ])('a HEIC photo %s', async (_, file) => {
    expect(await refusal(file)).toMatch(/^HEIC photos cannot be read here.*HEVC.*send it as JPEG/);
  });

  it.each([
    ['a compressed SVG', gzipSync(nestedUses())],
    ['a PDF', Buffer.from('%PDF-1.7\n')],
    ['a bitmap of Windows', Buffer.from('BM\x46\0\0\0\0\0\0\0')],
    ['a film', box('ftyp', 'isom', '\0\0\0\0', 'isom')],
    ['a picture of libvips itself', Buffer.from([0xb6, 0xa6, 0xf2, 0x08, 0, 0, 0, 9])],
    ['two bytes', Buffer.from([0xff, 0xd8])],
  ])('%s', async (_, file) => {
    expect(await refusal(file)).toMatch(/^unsupported image format: send it as/);
  });

  it('an empty file', async () => {
    expect(await refusal(Buffer.alloc(0))).toBe('the file is empty');
  });

  it('libvips itself opens none of it, whatever the first bytes say', async () => {
    await expect(sharp(nestedUses()).metadata()).rejects.toThrow(/unsupported image format/);
  });

  it.each([
    ['JPEG', [0xff, 0xd8, 0xff, 0xe0]],
    ['GIF', [...Buffer.from('GIF89a')]],
    ['TIFF', [...Buffer.from('II*\0')]],
  ])('an SVG that begins as a %s is read as that', async (_, beginning) => {
    expect(await refusal(Buffer.concat([Buffer.from(beginning), nestedUses()]))).not.toBe('');
  });
});

/** A GIF of so many frames of one pixel each: 23 bytes a frame. */
function manyFrames(frames: number, side = 1): Buffer {
  const head = [
    ...Buffer.from('GIF89a'),
    side & 255,
    side >> 8,
    side & 255,
    side >> 8,
    0x80,
    0,
    0,
    255,
    0,
    0,
    0,
    0,
    255,
  ];
  const frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return Buffer.concat([
    Buffer.from(head),
    ...Array.from({ length: frames }, () => Buffer.from(frame)),
    Buffer.from(';'),
  ]);
}

/** A PNG of one colour. Its size in the file is small, whatever its size in pixels. */
const flat = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })
    .png()
    .toBuffer();

describe('what would take too much is refused before it is decoded', () => {
  it('more pixels than a slot can hold', async () => {
    expect(await refusal(await flat(12_000, 12_000))).toMatch(/exceeds pixel limit/);
  });

  it('a line of a million pixels', async () => {
    expect(await refusal(await flat(1_000_000, 1))).toBe(
      'it is 1000000 × 1 pixels, and a side may have at most 65,535',
    );
  });

  it('an animation of 20,000 frames, which is a photo where its first frame is asked for', async () => {
    const photo = manyFrames(20_000);
    expect(await refusal(photo)).toBe('it has 20000 frames: an animation may have at most 10,000');
    expect((await resize(photo, { ...toWebp, format: 'png' }, slotMemory)).about).toMatchObject({ frames: 1 });
  });

  it('an animation whose frames together are too many pixels', async () => {
    expect(await refusal(manyFrames(1_000, 1_000))).toMatch(/memory|exceeds pixel limit/);
  });

  it('a WebP of more pixels a side than WebP has', async () => {
    const photo = await flat(16_390, 4);
    expect(await refusal(photo, { width: 16_384, height: 16_384, format: 'webp' })).toBe(
      'webp holds at most 16,383 pixels a side, and the result would have 16,384: ask for a smaller result or another format',
    );
    for (const format of formats) {
      const width = format === 'webp' ? 16_383 : 16_384;
      const { content } = await resize(photo, { width, height: 16_384, format }, slotMemory);
      expect(await sharp(content).metadata()).toMatchObject({ width, height: 4 });
    }
  });
});
