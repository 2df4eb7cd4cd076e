import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Paths of one lab and names of its parts on this machine. All of them follow from the project directory, so that two
 * clones on one machine have two separate labs.
 */
export interface Place {
  /** Four hex digits of the project directory's hash. */
  readonly id: string;
  /** `.jernverk/lab`: a folder per host and `network.json`. */
  readonly hosts: string;
  /** `.jernverk/images`: the images that hosts are copied from. */
  readonly images: string;
  /** At most 15 characters, as for all interface names. */
  readonly bridge: string;
  /** Name of the nftables table, and of the lab's entry below `/run/jernverk-lab`. */
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
