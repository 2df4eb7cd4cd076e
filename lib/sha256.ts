import { createHash } from 'node:crypto';

/** Returns the SHA-256 of the content as 64 hex digits. Text is hashed as UTF-8. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
