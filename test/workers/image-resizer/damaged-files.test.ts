import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../../platform/runtime/failure.ts';
import { formats } from '../../../workers/image-resizer/input.ts';
import { resize } from '../../../workers/image-resizer/resize.ts';
import { seeded } from '../../addresses/random.ts';
import { animatedGif, cmykJpeg, rotatedJpeg, scene, transparentPng } from '../../support/photos.ts';
import { slotMemory } from './pictures.ts';

/** Whatever a file is, a job ends: with a picture that opens, or with one line that says why not. */

type Wanted = Parameters<typeof resize>[1];

describe('files that were damaged on the way', () => {
  const originals: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ['JPEG', () => scene(120, 90).jpeg().toBuffer()],
    ['progressive JPEG', () => scene(120, 90).jpeg({ progressive: true }).toBuffer()],
    ['JPEG with EXIF', rotatedJpeg],
    ['CMYK JPEG with a profile', cmykJpeg],
    ['PNG', transparentPng],
    ['WebP', () => scene(120, 90).webp().toBuffer()],
    ['lossless WebP', () => scene(60, 40).webp({ lossless: true }).toBuffer()],
    [
      'animated WebP',
      async () =>
        sharp(await animatedGif(), { animated: true })
          .webp()
          .toBuffer(),
    ],
    ['animated GIF', animatedGif],
    ['AVIF', () => scene(64, 48).avif({ effort: 0 }).toBuffer()],
    ['TIFF', () => scene(120, 90).tiff({ compression: 'lzw' }).toBuffer()],
    [
      'tiled TIFF',
      () => scene(120, 90).tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    ],
  ];

  const ends = async (file: Buffer, format: Wanted['format']): Promise<'resized' | 'refused'> => {
    try {
      const { content, about } = await resize(file, { width: 64, height: 64, format }, slotMemory);
      const { width, height } = await sharp(content).metadata();
      expect([width, height]).toEqual([about.width, about.height]);
      expect(Math.max(about.width, about.height)).toBeLessThanOrEqual(64);
      return 'resized';
    } catch (error) {
      expect(error).toBeInstanceOf(PermanentFailure);
      expect((error as PermanentFailure).message).toMatch(/^not a picture that can be resized: \S.{3,}$/);
      return 'refused';
    }
  };

  it.each(originals)('%s: cut off, with other bits, and with pieces of itself', async (name, make) => {
    const whole = await make();
    expect(await ends(whole, 'webp')).toBe('resized');
    const { below } = seeded(name.length * 7919);
    const cut = () => whole.subarray(0, below(whole.length));
    const flipped = () => {
      const copy = Buffer.from(whole);
      for (let flips = 1 + below(8); flips > 0; flips -= 1) {
        // Half of them in the first bytes, where sizes and lengths stand.
        const at = below(below(2) === 0 ? Math.min(200, copy.length) : copy.length);
        copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
      }
      return copy;
    };
    const spliced = () => Buffer.concat([cut(), whole.subarray(below(whole.length))]);
    for (let round = 0; round < 10; round += 1)
      for (const damage of [cut, flipped, spliced]) await ends(damage(), formats[below(formats.length)] ?? 'png');
    // The first frame of half a GIF is whole.
    if (name !== 'animated GIF') expect(await ends(whole.subarray(0, whole.length / 2), 'png')).toBe('refused');
  });
});
