import { defaultSpec, type HostSpec } from '../../lab/spec.ts';
import type { HostConfig } from '../environment/schema.ts';

/** What the environment says about a host that the lab makes. */
export function labSpecOf(host: HostConfig): HostSpec {
  const base = { ...defaultSpec(host.name), debian: host.debian };
  if (host.lab === undefined) return base;
  return { ...base, memoryBytes: host.lab.memory.bytes, diskBytes: host.lab.disk.bytes, cpus: host.lab.cpus };
}
