import { type Command, raw } from '../../../lib/shell.ts';
import { vhost } from '../../../platform/contract/topology.ts';

/** Each node has a folder of its name here. */
export const dataFolder = '/var/lib/rabbitmq/mnesia';

/**
 * Defines `holds_ours FOLDER`: whether a node's folder has Jernverk's virtual host. The name of the node does not tell,
 * since Debian names it after the host, too. RabbitMQ writes the name of each virtual host into a file of its own.
 */
export const definesHoldsOurs: Command = raw(`holds_ours() { grep -qsx ${vhost} "$1"/msg_stores/vhosts/*/.vhost; }`);
