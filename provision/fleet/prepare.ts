import { buildRelease } from '../../platform/build/build.ts';
import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import type { TopicWanted } from '../engine/gather.ts';
import type { Environment, HostConfig } from '../environment/schema.ts';
import { prepareNetworks } from '../topics/egress/networks.ts';
import { wantedFor } from './topics.ts';

/** An environment, and everything that has to be made before a host is asked anything. */
export interface Prepared {
  readonly release: ReleaseManifest;
  /** Everything that is wanted on one of its hosts. */
  wantedOn(host: HostConfig): readonly TopicWanted[];
}

/** Builds the workers and the country ring. Throws InputError if a worker does not build or address data is missing. */
export async function prepare(environment: Environment, root: string): Promise<Prepared> {
  const workers = environment.workers.map(({ name }) => name);
  const release = await buildRelease(workers, root);
  const networks = await prepareNetworks(environment, root, new Date());
  return { release, wantedOn: (host) => wantedFor({ environment, host, release, networks }) };
}
