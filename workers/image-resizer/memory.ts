import { totalmem } from 'node:os';
import type { ResizeInput } from './input.ts';

/**
 * Bytes of memory at the peak, measured with sharp 0.35 (libvips 8.18) on noisy pictures of 10 to 63 megapixels and
 * rounded up. AVIF needs far more than the others: its decoder and encoder hold whole frames several times.
 */
const perInputPixel = { avif: 20, other: 4 } as const;
const perOutputPixel = { jpeg: 11, png: 11, webp: 17, gif: 18, avif: 36 } as const satisfies Record<
  ResizeInput['format'],
  number
>;
/** Bytes for Node, the runtime and libvips before the first pixel. */
const base = 130 * 2 ** 20;

export interface Picture {
  readonly isAvif: boolean;
  /** After the picture is turned upright. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** Returns the factor for both sides. The result fits into the wanted box and is never larger than the picture. */
export const scaleOf = (picture: Pick<Picture, 'width' | 'height'>, wanted: Omit<ResizeInput, 'file'>): number =>
  Math.min(1, wanted.width / picture.width, wanted.height / picture.height);

/** Returns about how many bytes a resize needs. Pure. */
export function memoryNeeded(picture: Picture, wanted: Omit<ResizeInput, 'file'>): number {
  const pixels = picture.width * picture.height * picture.frames;
  const scale = scaleOf(picture, wanted);
  const input = pixels * perInputPixel[picture.isAvif ? 'avif' : 'other'];
  return base + input + pixels * scale * scale * perOutputPixel[wanted.format];
}

/** Returns the bytes that the slot may use: the container's limit, or the machine's memory if there is no limit. */
export const memoryAllowed = (): number => Math.min(process.constrainedMemory() || totalmem(), totalmem());
