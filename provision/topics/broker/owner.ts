import { lines, raw } from '../../../lib/shell.ts';
import type { Change } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import { addedPath } from '../packages/record.ts';
import { dataFolder, definesHoldsOurs } from './data.ts';
import { nodeEnvironmentPath } from './names.ts';

/**
 * Refuses somebody else's RabbitMQ before anything of it is changed. Its node may have the same name as ours, and then
 * its queues would become ours and its users would be removed. With another name it would come back empty.
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
  command: lines(
    definesHoldsOurs,
    raw(`if grep -qsx rabbitmq-server ${addedPath}; then exit 0; fi
foreign=
for node in ${dataFolder}/*@*; do
  case $node in *-plugins-expand) continue ;; esac
  [ -d "$node" ] || continue
  if holds_ours "$node"; then exit 0; fi
  foreign=$node
done
[ -n "$foreign" ] || exit 0
echo "this host has a RabbitMQ that Jernverk did not set up, with data in $foreign. Nothing of it was changed. Take another host; or, if nobody needs it any more: systemctl stop rabbitmq-server && rm -r '$foreign'" >&2
exit 1`),
  ),
};
