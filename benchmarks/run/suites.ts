import type { CpuData } from '../cpu/result.ts';
import type { DiskData } from '../disk/result.ts';
import type { NetworkData } from '../network/result.ts';
import type { QueueData } from '../queue/result.ts';
import type { Suite, SuiteName } from '../suite.ts';

export interface SuiteData {
  readonly disk: DiskData;
  readonly cpu: CpuData;
  readonly network: NetworkData;
  readonly queue: QueueData;
}

export type Suites = { readonly [Name in SuiteName]: () => Promise<Suite<SuiteData[Name]>> };

/** Every suite, loaded when it runs. */
export const suites: Suites = {
  disk: async () => (await import('../disk/suite.ts')).disk,
  cpu: async () => (await import('../cpu/suite.ts')).cpu,
  network: async () => (await import('../network/suite.ts')).networkSuite,
  queue: async () => (await import('../queue/suite.ts')).queue,
};
