import { directoryKind } from '../../engine/kinds/directory.ts';
import { fileKind } from '../../engine/kinds/file.ts';
import { mountKind } from '../../engine/kinds/mount.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import { sliceKind } from '../../engine/kinds/slice.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { purge, steps } from './steps.ts';
import { unitKind } from './units.ts';

/** supervisord as the slots need it, with our programs, and the folders of both. */
export const supervisor: Topic = {
  name: 'supervisor',
  kinds: [fileKind, directoryKind, unitKind, serviceKind, mountKind, sliceKind],
  desired,
  steps,
  purge,
};
