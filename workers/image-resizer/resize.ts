import sharp, { type Sharp } from 'sharp';
import { messageOf, PermanentFailure } from '../runtime/failure.ts';
import type { ResizeInput, ResizeOutput } from './input.ts';
import { memoryAllowed, memoryNeeded, type Picture } from './memory.ts';

/** One slot does one picture: its memory limit is meant for that, and the slots beside it use the other cores. */
sharp.concurrency(1);
sharp.cache(false);

/**
 * Pixels of all frames together that a file may claim to have, checked before they are decoded. 64 megapixels hold
 * every usual camera: a 50-megapixel telephone gives 8160 × 6144.
 */
export const largestPixels = 64_000_000;

export interface Resized {
  readonly content: Buffer;
  readonly about: Omit<ResizeOutput, 'file'>;
}

/**
 * The photo in the wanted size and format, turned upright, in sRGB, without metadata.
 *
 * @throws PermanentFailure with the decoder's reason: the same bytes will not decode better next time.
 */
export async function resize(
  photo: Buffer,
  wanted: Omit<ResizeInput, 'file'>,
  memory = memoryAllowed(),
): Promise<Resized> {
  try {
    const picture = await look(photo, wanted.format);
    checkMemory(memoryNeeded(picture, wanted), memory);
    const { frames } = picture;
    const { data, info } = await encode(scaled(photo, frames, wanted), wanted.format).toBuffer({
      resolveWithObject: true,
    });
    const height = info.pageHeight ?? info.height;
    return { content: data, about: { width: info.width, height, format: wanted.format, bytes: data.length, frames } };
  } catch (error) {
    throw new PermanentFailure(`not a picture that can be resized: ${messageOf(error).trim()}`, { cause: error });
  }
}

/** Reads the header only. */
async function look(photo: Buffer, format: ResizeInput['format']): Promise<Picture> {
  const about = await sharp(photo, { limitInputPixels: largestPixels }).metadata();
  const { width, height } = about.autoOrient;
  // All frames of an animation where the wanted format can move (GIF, WebP), else the first one.
  const frames = format === 'gif' || format === 'webp' ? (about.pages ?? 1) : 1;
  return { isAvif: about.format === 'heif', width, height, frames };
}

/** A slot that grows beyond its limit is killed by the kernel, with its job; better a reason that tells what to do. */
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
  // libvips stacks frames in one tall picture, which must not be turned; animations carry no orientation anyway.
  const upright = frames > 1 ? picture : picture.autoOrient();
  return upright.resize({ width, height, fit: 'inside', withoutEnlargement: true });
}

function encode(picture: Sharp, format: ResizeInput['format']): Sharp {
  switch (format) {
    case 'jpeg':
      // JPEG has no transparency; without a background it would come out black.
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
