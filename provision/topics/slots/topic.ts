import { directoryKind } from '../../engine/kinds/directory.ts';
import { fileKind } from '../../engine/kinds/file.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import type { Topic } from '../../engine/topic.ts';
import { alarmKind } from '../broker/alarms.ts';
import { accountKind } from '../broker/object-facts.ts';
import { isAccountSecret, secretKind } from '../broker/secrets.ts';
import { imageKind } from '../docker/images.ts';
import { desired } from './desired.ts';
import { doorKind } from './doors.ts';
import { releaseKinds } from './releases.ts';
import { slotKind } from './slots.ts';
import { steps } from './steps.ts';

/** The workers of an environment: images, accounts, doors, and the slots that do the jobs. */
export const slots: Topic = {
  name: 'slots',
  kinds: [
    ...releaseKinds,
    fileKind,
    imageKind(() => false),
    directoryKind,
    secretKind(isAccountSecret),
    accountKind,
    slotKind,
    alarmKind,
    serviceKind,
    doorKind,
  ],
  desired,
  steps,
};
