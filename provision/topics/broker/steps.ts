import { sh } from '../../../lib/shell.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { forgetLoaded } from '../../engine/kinds/loaded.ts';
import { reloadUnits } from '../../engine/kinds/service.ts';
import type { Change, Settings } from '../../engine/setting.ts';
import type { RunStep, Step } from '../../engine/step.ts';
import { brokerSocket, brokerUnit, epmdSocket, proxySocket, proxyUnit, secretsFolder } from './names.ts';
import { objectSteps } from './object-steps.ts';
import { ownerSteps } from './owner.ts';
import { secretSteps } from './secrets.ts';
import { unitSteps } from './unit-steps.ts';

/** Secrets and files first, then the units that read them, then the objects inside the broker. */
export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  if (!wanted.has(`service/${brokerUnit}`)) return takeAway(changes);
  return [
    ...ownerSteps(changes),
    ...secretSteps(changes),
    ...unitSteps(changes, wanted),
    ...objectSteps(changes, wanted),
  ];
}

/**
 * Leaves the broker stopped and disabled: with Debian's own configuration it would listen on every address. Its data
 * stays in /var/lib/rabbitmq, and so does every queue and job.
 */
function takeAway(changes: readonly Change[]): Step[] {
  return [stop, ...fileSteps(changes, new Map()), ...secretSteps(changes), reloadUnits];
}

const stop: RunStep = {
  kind: 'run',
  title: 'stop RabbitMQ',
  command: sh`for unit in ${[proxyUnit, proxySocket, brokerUnit, 'epmd.service', epmdSocket]}; do
  systemctl cat "$unit" >/dev/null 2>&1 || continue
  systemctl disable --quiet --now "$unit"
done
rm -f ${brokerSocket}
${forgetLoaded(brokerUnit, proxyUnit)}`,
};

/** Deletes all queues with all jobs in them, and the passwords. */
export function purge(): Step[] {
  return [
    stop,
    {
      kind: 'run',
      title: 'delete all queues and secrets of RabbitMQ',
      command: sh`rm -rf /var/lib/rabbitmq/mnesia ${secretsFolder}
find /var/log/rabbitmq -mindepth 1 -delete 2>/dev/null || :`,
    },
  ];
}
