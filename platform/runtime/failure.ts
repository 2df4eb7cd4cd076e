/**
 * Thrown by a handler if another attempt cannot help: a broken file, a value out of range. The job goes to the
 * dead-letter queue at once, with the message as its reason. After any other error it is tried again.
 */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
