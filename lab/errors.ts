import { JernverkError } from '../lib/errors.ts';

export type LabErrorCode =
  /** The caller asked for something impossible: a bad name, a size, a kind that this machine cannot have. */
  | 'LAB_INPUT'
  /** This machine lacks a program, a right, a free subnet or space. */
  | 'LAB_MACHINE'
  /** A program that the lab ran failed. */
  | 'LAB_COMMAND'
  /** A host did not come up, or ended unexpectedly. */
  | 'LAB_HOST';

/** An error for everything that the lab refuses or fails at. The message says what to do, if anything can be done. */
export class LabError extends JernverkError {
  readonly exitCode: 1 | 2;

  constructor(code: LabErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
    this.exitCode = code === 'LAB_INPUT' ? 2 : 1;
  }
}
