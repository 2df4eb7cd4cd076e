import type { OpenHosts } from './hosts.ts';
import { serve } from './serve.ts';

/** Loaded when a run first asks a host: validating, and planning from nothing, need no SSH. */
const openHosts: OpenHosts = async (config) => {
  const { openEngineHosts } = await import('./engine-hosts.ts');
  return openEngineHosts(config);
};

await serve(openHosts);
