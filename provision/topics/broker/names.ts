import { brokerFolder, configurationFolder } from '../../../platform/contract/places.ts';

/** Names and places that the parts of this topic share. */

export const brokerUnit = 'rabbitmq-server.service';
export const epmdSocket = 'epmd.socket';
export const proxySocket = 'jernverk-broker.socket';
export const proxyUnit = 'jernverk-broker.service';

export const configPath = '/etc/rabbitmq/rabbitmq.conf';
export const nodeEnvironmentPath = '/etc/rabbitmq/rabbitmq-env.conf';
/** What Erlang resolves names by. It is named in the file above. */
export const erlangNamesPath = '/etc/rabbitmq/erl_inetrc';
export const pluginsPath = '/etc/rabbitmq/enabled_plugins';
/** The broker's node. It can't be renamed, and its data is stored in a folder of this name. */
export const nodeOf = (host: string): string => `rabbit@${host}`;
export const hostOf = (node: string): string => node.replace(/^rabbit@/, '');

export const brokerDropIn = `/etc/systemd/system/${brokerUnit}.d/60-jernverk.conf`;
export const epmdDropIn = `/etc/systemd/system/${epmdSocket}.d/60-jernverk.conf`;
export const proxySocketPath = `/etc/systemd/system/${proxySocket}`;
export const proxyUnitPath = `/etc/systemd/system/${proxyUnit}`;

/** Where containers find the broker. They have no network, only this socket. */
export const brokerSocket = `${brokerFolder}/broker.sock`;

export const secretsFolder = `${configurationFolder}/secrets/rabbitmq`;
/** What `curl --config` needs to ask the HTTP API as the administrator. With it, the password is never an argument. */
export const curlConfig = 'curl.conf';

/** The virtual host and the user of `jernverk bench`. They exist while it measures a queue. */
export const benchName = 'jernverk-bench';
/** A process that holds an flock on this file is measuring. */
export const benchLock = '/run/jernverk-bench-queue.lock';
