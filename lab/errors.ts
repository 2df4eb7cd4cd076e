import { JernverkError } from '../lib/errors.ts';

export type LabErrorCode =
  /** The caller asked for something that cannot be: a bad name, a size, a kind this machine does not have. */
  | 'LAB_INPUT'
  /** This machine lacks a program, a right, a free subnet or space. */
  | 'LAB_MACHINE'
  /** A program the lab ran has failed. */
  | 'LAB_COMMAND'
  /** A host did not come up, or ended by itself. */
  | 'LAB_HOST';

/** Everything the lab refuses or fails at; the message says what to do where there is something to do. */
export class LabError extends JernverkError {
  readonly exitCode: 1 | 2;

  constructor(code: LabErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
    this.exitCode = code === 'LAB_INPUT' ? 2 : 1;
  }
}
