import sharp, { type Sharp } from 'sharp';
import { messageOf, PermanentFailure } from '../runtime/failure.ts';
import type { ResizeInput, ResizeOutput } from './input.ts';

/** One slot does one picture: its memory limit is meant for that, and the slots beside it use the other cores. */
sharp.concurrency(1);
sharp.cache(false);

/**
 * Pixels of all frames together that a file may claim to have, checked before they are decoded. 64 megapixels hold
 * every usual camera (a 50-megapixel telephone gives 8160 × 6144) and fit into a slot's 512 MB.
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
export async function resize(photo: Buffer, wanted: Omit<ResizeInput, 'file'>): Promise<Resized> {
  try {
    const frames = await framesKept(photo, wanted.format);
    const { data, info } = await encode(scaled(photo, frames, wanted), wanted.format).toBuffer({
      resolveWithObject: true,
    });
    const about = {
      width: info.width,
      height: info.pageHeight ?? info.height,
      format: wanted.format,
      bytes: data.length,
      frames,
    };
    return { content: data, about };
  } catch (error) {
    throw new PermanentFailure(`not a picture that can be resized: ${messageOf(error).trim()}`, { cause: error });
  }
}

/** All frames of an animation where the wanted format can move (GIF, WebP), else the first one. */
async function framesKept(photo: Buffer, format: ResizeInput['format']): Promise<number> {
  const { pages = 1 } = await sharp(photo, { limitInputPixels: largestPixels }).metadata();
  return format === 'gif' || format === 'webp' ? pages : 1;
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
