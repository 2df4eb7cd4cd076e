import { raw } from '../../../lib/shell.ts';
import type { Change } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import { addedPath } from '../packages/record.ts';
import { nodeEnvironmentPath } from './names.ts';

const dataFolder = '/var/lib/rabbitmq/mnesia';

/**
 * Refuses somebody else's RabbitMQ before anything of it is changed. Our node has a name of its own, so theirs would
 * come back empty and its users would be removed.
 *
 * It is ours if we installed it, or if it has our data or our files. Then there is nothing to ask.
 */
export function ownerSteps(changes: readonly Change[]): RunStep[] {
  const change = changes.find(({ key }) => key === `file/${nodeEnvironmentPath}`);
  return change === undefined || change.from?.includes('Jernverk') ? [] : [checkOwner];
}

const checkOwner: RunStep = {
  kind: 'run',
  title: 'check that the host has no foreign RabbitMQ',
  command: raw(`if [ -d ${dataFolder}/rabbit@localhost ] || grep -qsx rabbitmq-server ${addedPath}; then exit 0; fi
for node in ${dataFolder}/*@*; do
  case $node in *-plugins-expand) continue ;; esac
  [ -d "$node" ] || continue
  echo "this host has a RabbitMQ that Jernverk did not set up, with data in $node. Nothing of it was changed. Take another host; or, if nobody needs it any more: systemctl stop rabbitmq-server && rm -r '$node'" >&2
  exit 1
done`),
};
