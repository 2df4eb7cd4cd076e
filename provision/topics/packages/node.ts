import { withEnvironment } from '../../../lib/own-command.ts';
import { lines, raw } from '../../../lib/shell.ts';
import { type Fact, type Kind, stays } from '../../engine/kind.ts';
import { keysOf, nameOf, type Reading, type Settings, unknown, value } from '../../engine/setting.ts';
import type { HostConfig } from '../../environment/schema.ts';
import { dataFolder, definesHoldsOurs } from '../broker/data.ts';
import { hostOf, nodeOf } from '../broker/names.ts';
import { addedPath } from './record.ts';

/**
 * `node/rabbit@forge`: whether the host has queues of Jernverk that the node of this name would not find. A node cannot
 * be renamed, so a deploy would start an empty broker beside them, and their jobs would never be done.
 *
 * If such a host is to be deployed it reads as *unknown*, which stops the deploy before its first step. Otherwise it
 * reads as a value, so that `destroy --purge` is not stopped: that is the way out.
 */

const none = 'no queues under another name';
/** Earlier releases gave every node this name. */
const oldNode = 'rabbit@localhost';

/** Empty for a host that has no broker. */
export const nodeSettings = ({ name, roles }: Pick<HostConfig, 'name' | 'roles'>): [string, string][] =>
  roles.includes('broker') ? [[`node/${nodeOf(name)}`, none]] : [];

/**
 * Lists the nodes with data of Jernverk. An old one counts even without our virtual host if we installed RabbitMQ: its
 * first start may have been cut short.
 */
function nodeFacts(keys: readonly string[], wanted: Settings): Fact[] {
  return keysOf(keys, 'node').map((key) => ({
    keys: [key],
    command: lines(
      definesHoldsOurs,
      raw(`for node in ${dataFolder}/rabbit@*; do
  if holds_ours "$node"; then echo "\${node##*/}"; fi
done
if [ -d ${dataFolder}/${oldNode} ] && grep -qsx rabbitmq-server ${addedPath}; then echo ${oldNode}; fi`),
    ),
    parse: (output) => new Map([[key, judge(output, nameOf(key), wanted.has(key))]]),
  }));
}

function judge(output: string, own: string, deploying: boolean): Reading {
  const [other] = output.split('\n').filter((node) => node !== '' && node !== own);
  if (other === undefined) return value(none);
  return deploying ? unknown(refusal(other, hostOf(own))) : value(`queues under ${other}`);
}

function refusal(found: string, host: string): string {
  const why = 'its queues are stored under that name, and RabbitMQ cannot rename a node';
  const away =
    'let the workers finish all jobs (./jernverk status shows empty queues), ' +
    `run ./jernverk destroy --purge ${host} (it deletes queues, dead jobs and results), then ./jernverk apply`;
  return withEnvironment(
    found === oldNode
      ? `an earlier release of Jernverk deployed this host under the name ${found}: ${why}. To move, ${away}`
      : `this host was deployed under the name ${hostOf(found)}: ${why}. Write that name in the environment file again, or ${away}`,
  );
}

export const nodeKind: Kind = { prefixes: ['node'], facts: nodeFacts, mayStay: stays, looksAhead: true };
