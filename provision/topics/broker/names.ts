import { brokerFolder, configurationFolder } from '../../../platform/contract/places.ts';

/** Names and places that the parts of this topic share. */

export const brokerUnit = 'rabbitmq-server.service';
export const epmdSocket = 'epmd.socket';
export const proxySocket = 'jernverk-broker.socket';
export const proxyUnit = 'jernverk-broker.service';

export const configPath = '/etc/rabbitmq/rabbitmq.conf';
export const nodeEnvironmentPath = '/etc/rabbitmq/rabbitmq-env.conf';
export const pluginsPath = '/etc/rabbitmq/enabled_plugins';
export const brokerDropIn = `/etc/systemd/system/${brokerUnit}.d/60-jernverk.conf`;
export const epmdDropIn = `/etc/systemd/system/${epmdSocket}.d/60-jernverk.conf`;
export const proxySocketPath = `/etc/systemd/system/${proxySocket}`;
export const proxyUnitPath = `/etc/systemd/system/${proxyUnit}`;

/** Where containers find the broker: they have no network, only this socket. */
export const brokerSocket = `${brokerFolder}/broker.sock`;

export const secretsFolder = `${configurationFolder}/secrets/rabbitmq`;
/** What `curl --config` needs to ask the HTTP API as the administrator, so that the password is never an argument. */
export const curlConfig = 'curl.conf';

/** The virtual host and the user of `jernverk bench`, for as long as it measures a queue. */
export const benchName = 'jernverk-bench';
/** Who holds an flock of it is measuring. */
export const benchLock = '/run/jernverk-bench-queue.lock';
