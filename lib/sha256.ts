import { createHash } from 'node:crypto';

/** The SHA-256 of a content, as 64 hex digits. Text counts as UTF-8. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
