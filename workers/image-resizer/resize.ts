import sharp, { type Sharp } from 'sharp';
import { messageOf, PermanentFailure } from '../../platform/runtime/failure.ts';
import type { ResizeInput, ResizeOutput } from './input.ts';
import { kindOf } from './kind.ts';
import { memoryAllowed, memoryNeeded, type Picture, scaleOf } from './memory.ts';

/** One slot does one picture. Its memory limit is sized for that, and the other slots use the other cores. */
sharp.concurrency(1);
sharp.cache(false);

/** Allows only the loaders for photos in memory. SVG alone can keep a processor busy for minutes with 2 KB of text. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Uhdr', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((name) => `VipsForeignLoad${name}Buffer`),
});

/**
 * Pixels of all frames together that a file may declare, checked before they are decoded. 64 megapixels are enough for
 * every usual camera: a 50-megapixel phone gives 8160 × 6144.
 */
export const largestPixels = 64_000_000;
/** Pixels of one side, the limit of JPEG. A picture of 64,000,000 × 1 is 180 KB as PNG and takes most of a minute. */
const longestSide = 65_535;
/** Frames of an animation: six minutes at 25 per second. */
const mostFrames = 10_000;
/** Seconds after which libvips gives up. The largest picture takes a third of that on one slow core. */
const timeLimit = 120;

/** Most pixels of one side in a format, if that is less than a job can ask for. */
const formatLimit: Partial<Record<ResizeInput['format'], number>> = { webp: 16_383 };

export interface Resized {
  readonly content: Buffer;
  readonly about: Omit<ResizeOutput, 'file'>;
}

/**
 * Returns the photo in the wanted size and format, turned upright, in sRGB, without metadata. Throws PermanentFailure
 * with the decoder's reason: the same bytes will not decode better next time.
 */
export async function resize(
  photo: Buffer,
  wanted: Omit<ResizeInput, 'file'>,
  memory = memoryAllowed(),
): Promise<Resized> {
  try {
    const picture = await look(photo, wanted.format);
    checkSize(picture, wanted);
    checkMemory(memoryNeeded(picture, wanted), memory);
    const { frames } = picture;
    const { data, info } = await encode(scaled(photo, frames, wanted), wanted.format).toBuffer({
      resolveWithObject: true,
    });
    const height = info.pageHeight ?? info.height;
    return { content: data, about: { width: info.width, height, format: wanted.format, bytes: data.length, frames } };
  } catch (error) {
    throw new PermanentFailure(`not a picture that can be resized: ${reasonOf(error)}`, { cause: error });
  }
}

/** The message of libvips has several lines, one for each of its parts, of any length. */
function reasonOf(error: unknown): string {
  const message = messageOf(error).trim();
  if (message.startsWith('timeout: ')) return `it takes longer than ${timeLimit} seconds`;
  return message.split('\n').join('; ').slice(0, 300);
}

const moves = (kind: string): boolean => kind === 'gif' || kind === 'webp';

/** Reads the header only. */
async function look(photo: Buffer, format: ResizeInput['format']): Promise<Picture> {
  const kind = kindOf(photo);
  const about = await sharp(photo, { limitInputPixels: largestPixels }).metadata();
  const { width, height } = about.autoOrient;
  // All frames of an animation if the wanted format can be animated, else the first one. Pages of a TIFF are not an
  // animation.
  const frames = moves(kind) && moves(format) ? (about.pages ?? 1) : 1;
  return { isAvif: kind === 'avif', width, height, frames };
}

function checkSize({ width, height, frames }: Picture, wanted: Omit<ResizeInput, 'file'>): void {
  const size = (limit: number) => limit.toLocaleString('en');
  if (Math.max(width, height) > longestSide)
    throw new Error(`it is ${width} × ${height} pixels, and a side may have at most ${size(longestSide)}`);
  if (frames > mostFrames)
    throw new Error(`it has ${frames} frames: an animation may have at most ${size(mostFrames)}`);
  const limit = formatLimit[wanted.format] ?? Number.POSITIVE_INFINITY;
  const longest = Math.round(Math.max(width, height) * scaleOf({ width, height }, wanted));
  if (longest > limit)
    throw new Error(
      `${wanted.format} holds at most ${size(limit)} pixels a side, and the result would have ${size(longest)}: ` +
        'ask for a smaller result or another format',
    );
}

/**
 * The kernel kills a slot that exceeds its limit, and the job with it. This error tells the reader what to do instead.
 */
function checkMemory(needed: number, allowed: number): void {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  if (needed > allowed)
    throw new Error(
      `it needs about ${megabytes(needed)} of memory and the slot has ${megabytes(allowed)}: ` +
        'give the worker more memory, or ask for a smaller or another kind of result',
    );
}

function scaled(photo: Buffer, frames: number, { width, height }: Pick<ResizeInput, 'width' | 'height'>): Sharp {
  const picture = sharp(photo, { limitInputPixels: largestPixels, failOn: 'error', animated: frames > 1 });
  // libvips stacks frames into one tall picture, which must not be turned. Animations carry no orientation anyway.
  const upright = frames > 1 ? picture : picture.autoOrient();
  return upright.resize({ width, height, fit: 'inside', withoutEnlargement: true }).timeout({ seconds: timeLimit });
}

function encode(picture: Sharp, format: ResizeInput['format']): Sharp {
  switch (format) {
    case 'jpeg':
      // JPEG has no transparency. Without a background, transparent parts would become black.
      return picture.flatten({ background: '#ffffff' }).jpeg({ quality: 82, mozjpeg: false });
    case 'png':
      return picture.png();
    case 'webp':
      return picture.webp({ quality: 82 });
    case 'avif':
      return picture.avif({ quality: 60, effort: 2 });
    case 'gif':
      return picture.gif();
  }
}
