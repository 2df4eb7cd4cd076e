import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { resize } from '../../../workers/image-resizer/resize.ts';
import { animatedGif, colourAt, rotatedJpeg, scene } from '../../support/photos.ts';
import { nestedUses, slotMemory, toWebp } from './pictures.ts';

/** Two TIFFs as one: the last directory of the first leads to that of the second, whose offsets move along. */
function joinedTiffs(first: Buffer, second: Buffer): Buffer {
  const start = first.length + (first.length % 2);
  const moved = Buffer.from(second);
  const directory = moved.readUInt32LE(4);
  const entries = moved.readUInt16LE(directory);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12;
    const bytes = ([0, 1, 1, 2, 4, 8][moved.readUInt16LE(at + 2)] ?? 1) * moved.readUInt32LE(at + 4);
    const isOffset = bytes > 4 || moved.readUInt16LE(at) === 273;
    if (isOffset) moved.writeUInt32LE(moved.readUInt32LE(at + 8) + start, at + 8);
  }
  const joined = Buffer.concat([first, Buffer.alloc(start - first.length), moved]);
  const own = first.readUInt32LE(4);
  joined.writeUInt32LE(directory + start, own + 2 + first.readUInt16LE(own) * 12);
  return joined;
}

describe('pages are no animation', () => {
  const oneStrip = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'red' } })
      .tiff({ compression: 'jpeg' })
      .toBuffer();

  it.each(['webp', 'gif'] as const)('a TIFF of two unequal pages gives its first as %s', async (format) => {
    const photo = joinedTiffs(await oneStrip(60, 40), await oneStrip(30, 90));
    expect((await sharp(photo).metadata()).pages).toBe(2);
    const { content, about } = await resize(photo, { ...toWebp, format }, slotMemory);
    expect(about).toMatchObject({ width: 60, height: 40, frames: 1 });
    expect(await sharp(content).metadata()).toMatchObject({ format, width: 60, height: 40 });
  });

  it('a TIFF of two equal pages gives its first', async () => {
    const photo = joinedTiffs(await oneStrip(60, 40), await oneStrip(60, 40));
    const { about } = await resize(photo, toWebp, slotMemory);
    expect(about).toMatchObject({ width: 60, height: 40, frames: 1 });
  });

  it('frames of a GIF are one', async () => {
    const { about } = await resize(await animatedGif(), toWebp, slotMemory);
    expect(about).toMatchObject({ width: 100, height: 75, frames: 3 });
  });
});

describe('photos as they come', () => {
  it.each([
    ['a PNG of 16 bits', () => scene(80, 60).toColourspace('rgb16').png().toBuffer()],
    ['a TIFF of 16 bits', () => scene(80, 60).toColourspace('rgb16').tiff({ compression: 'deflate' }).toBuffer()],
    ['a CMYK TIFF', () => scene(80, 60).toColourspace('cmyk').tiff().toBuffer()],
    ['an AVIF', () => scene(80, 60).avif({ effort: 0 }).toBuffer()],
    [
      'an AVIF whose first brand is that of all HEIF files',
      () =>
        scene(80, 60)
          .avif({ effort: 0 })
          .toBuffer()
          .then((avif) => Buffer.concat([avif.subarray(0, 8), Buffer.from('mif1'), avif.subarray(12)])),
    ],
    ['a grey JPEG', () => scene(80, 60).greyscale().jpeg().toBuffer()],
    ['a progressive JPEG', () => scene(80, 60).jpeg({ progressive: true }).toBuffer()],
    ['a PNG with a palette', () => scene(80, 60).png({ palette: true }).toBuffer()],
    [
      'a JPEG with bytes after its end',
      async () => Buffer.concat([await scene(80, 60).jpeg().toBuffer(), nestedUses()]),
    ],
    [
      'a JPEG with a profile that is none',
      () =>
        scene(80, 60)
          .jpeg()
          .withMetadata({ icc: 'srgb' })
          .toBuffer()
          .then((jpeg) => broken(jpeg, 'acsp')),
    ],
  ])('%s is read', async (_, make) => {
    const { content } = await resize(await make(), { width: 40, height: 40, format: 'png' }, slotMemory);
    expect(await sharp(content).metadata()).toMatchObject({ width: 40, height: 30 });
    expect(await sharp(content).stats()).toMatchObject({ isOpaque: true });
  });

  it('a transposed photo fits the box as it is seen', async () => {
    const { about, content } = await resize(
      await rotatedJpeg(),
      { width: 1000, height: 200, format: 'png' },
      slotMemory,
    );
    expect(about).toMatchObject({ width: 267, height: 200 });
    expect((await colourAt(content, 20, 20))[0]).toBeGreaterThan(200);
  });
});

/** The same file without a word that its reader looks for. */
const broken = (file: Buffer, word: string): Buffer => {
  const at = file.indexOf(word);
  expect(at).toBeGreaterThan(0);
  return Buffer.concat([file.subarray(0, at), Buffer.alloc(word.length), file.subarray(at + word.length)]);
};
