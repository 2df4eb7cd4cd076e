import type { Hosts, ProviderConfig } from './hosts.ts';
export async function openEngineHosts(_config: ProviderConfig): Promise<Hosts> {
  throw new Error('soon');
}
