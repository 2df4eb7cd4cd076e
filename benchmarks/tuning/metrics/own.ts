import type { Measure, MetricName } from '../metric.ts';
import { burstAfterIdle } from './burst.ts';
import { fdatasyncBesideBulk, fdatasyncBesideReaders } from './fdatasync.ts';

/** What is measured without anything but the host's own packages. */
export const ownMeasures: Partial<Record<MetricName, Measure>> = {
  'fdatasync-bulk': fdatasyncBesideBulk,
  'fdatasync-mixed': fdatasyncBesideReaders,
  'burst-after-idle': burstAfterIdle,
};
