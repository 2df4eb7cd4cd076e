import { resolve } from 'node:path';

/** File paths are relative to where the person stands; `jernverk` itself has moved to the project's folder. */
export const fromCaller = (file: string): string => resolve(process.env.JERNVERK_CALLER_FOLDER ?? '.', file);
