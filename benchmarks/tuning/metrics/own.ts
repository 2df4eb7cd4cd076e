import type { Measure, MetricName } from '../metric.ts';
import { burstAfterIdle } from './burst.ts';
import { fdatasyncBeside } from './fdatasync.ts';

/** What is measured without anything but the host's own packages. */
export const ownMeasures: Partial<Record<MetricName, Measure>> = {
  'fdatasync-bulk': fdatasyncBeside('bulk'),
  'fdatasync-mixed': fdatasyncBeside('readers'),
  'burst-after-idle': burstAfterIdle,
};
