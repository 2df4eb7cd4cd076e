/**
 * Thrown by a handler when another attempt cannot help: a broken file, a value out of range.
 * The job goes to the dead-letter queue at once, with the message as its reason. Every other error is tried again.
 */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
