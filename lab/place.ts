import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Where one lab lives and what its parts are called on this machine. All of it follows from the project directory, so
 * that two clones on one machine have two labs that do not touch.
 */
export interface Place {
  /** Four hex digits of the project directory's hash. */
  readonly id: string;
  /** `.jernverk/lab`: a folder per host and `network.json`. */
  readonly hosts: string;
  /** `.jernverk/images`: what hosts are copied from. */
  readonly images: string;
  /** Interface names have at most 15 characters. */
  readonly bridge: string;
  /** The nftables table, and the name of our entry under `/run/jernverk-lab`. */
  readonly table: string;
}

/** @param project absolute path of the project directory */
export function placeOf(project: string): Place {
  const id = createHash('sha256').update(project).digest('hex').slice(0, 4);
  return {
    id,
    hosts: join(project, '.jernverk/lab'),
    images: join(project, '.jernverk/images'),
    bridge: `jv${id}`,
    table: `jernverk_${id}`,
  };
}
