import * as z from 'zod';

/** What a host is for. A host may have several roles; `gateway` is reserved and brings nothing yet. */
export const roles = ['broker', 'worker', 'gateway'] as const;
export type Role = (typeof roles)[number];

/** Of an environment, a host or a worker. */
export const name = z.string().regex(/^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$/, {
  error: 'a name of a-z, 0-9 and - that starts with a letter and does not end with -, at most 31 characters',
});

export const port = z.int().min(1).max(65_535);
