import { fileKind } from '../../engine/kinds/file.ts';
import { loadedKind } from '../../engine/kinds/loaded.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import { sliceKind } from '../../engine/kinds/slice.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { listenKind } from './listen.ts';
import { objectKinds } from './object-facts.ts';
import { isAccountSecret, secretKind } from './secrets.ts';
import { purge, steps } from './steps.ts';

/** The broker on loopback with quorum queues, users with the least rights, and a unix socket for containers. */
export const broker: Topic = {
  name: 'broker',
  kinds: [
    fileKind,
    serviceKind,
    loadedKind,
    sliceKind,
    listenKind,
    secretKind((name) => !isAccountSecret(name)),
    ...objectKinds,
  ],
  desired,
  steps,
  purge,
};
