import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../../platform/runtime/failure.ts';
import { formats } from '../../../workers/image-resizer/input.ts';
import { resize } from '../../../workers/image-resizer/resize.ts';
import { seeded } from '../../addresses/random.ts';
import { animatedGif, cmykJpeg, colourAt, rotatedJpeg, scene, transparentPng } from '../../support/photos.ts';

/** Whatever a file is, a job ends: with a picture that opens, or with one line that says why not. */

const slotMemory = 512 * 2 ** 20;
const toWebp = { width: 100, height: 100, format: 'webp' } as const;
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

/** Each level draws the one below it ten times: 10^17 rectangles in 1.7 KB. */
const nestedUses = (): Buffer => {
  const level = (n: number) => `<g id="l${n}">${`<use href="#l${n - 1}"/>`.repeat(10)}</g>`;
  const levels = Array.from({ length: 17 }, (_, index) => level(index + 1)).join('');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><rect id="l0" width="1" height="1"/>${levels}</defs><use href="#l17"/></svg>`,
  );
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
