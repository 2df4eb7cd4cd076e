import * as z from 'zod';
import { fileReference } from '../../platform/contract/job.ts';

export const formats = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;

/** Pixels of one side of the box that the result must fit into. */
const side = z.int().min(1).max(16_384);

export const resizeInput = z.strictObject({
  /** The photo, named by its content. */
  file: fileReference,
  /** The result fits into width × height, keeps its proportions and is never larger than the photo. */
  width: side,
  height: side,
  format: z.enum(formats),
});
export type ResizeInput = z.output<typeof resizeInput>;

/** The output of a done job. */
export interface ResizeOutput {
  /** The result in the file store, named by its content. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly format: ResizeInput['format'];
  readonly bytes: number;
  /** Frames of the animation. 1 for a still picture. */
  readonly frames: number;
}
