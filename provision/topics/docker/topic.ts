import { fileKind } from '../../engine/kinds/file.ts';
import { loadedKind } from '../../engine/kinds/loaded.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import type { Topic } from '../../engine/topic.ts';
import { daemonKind } from './daemon.ts';
import { desired } from './desired.ts';
import { imageKind } from './images.ts';
import { steps } from './steps.ts';

/** Docker for worker containers: images on overlay2, containers that outlive a restart, and the base image. */
export const docker: Topic = {
  name: 'docker',
  kinds: [fileKind, loadedKind, serviceKind, daemonKind, imageKind((name) => name.startsWith('jernverk/base:'))],
  desired,
  steps,
};
