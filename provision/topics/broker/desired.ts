import { workerUser } from '../../../platform/contract/places.ts';
import { vhost } from '../../../platform/contract/topology.ts';
import { fileSettings } from '../../engine/kinds/file.ts';
import { loadedSettings } from '../../engine/kinds/loaded.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import { sliceSettings } from '../../engine/kinds/slice.ts';
import { render } from '../../engine/render.ts';
import type { Settings } from '../../engine/setting.ts';
import type { DesiredContext } from '../../engine/topic.ts';
import type { DebianRelease, Environment, HostConfig } from '../../environment/schema.ts';
import epmdOnLoopback from './epmd.socket';
import erlangNamesTemplate from './erl_inetrc.hbs';
import proxyUnitTemplate from './jernverk-broker.service.hbs';
import proxySocketTemplate from './jernverk-broker.socket.hbs';
import { listenSettings } from './listen.ts';
import {
  brokerDropIn,
  brokerSocket,
  brokerUnit,
  configPath,
  epmdDropIn,
  epmdSocket,
  erlangNamesPath,
  nodeEnvironmentPath,
  nodeOf,
  pluginsPath,
  proxySocket,
  proxySocketPath,
  proxyUnit,
  proxyUnitPath,
} from './names.ts';
import { objectSettings } from './objects.ts';
import configTemplate from './rabbitmq.conf.hbs';
import nodeEnvironmentTemplate from './rabbitmq-env.conf.hbs';
import dropInTemplate from './rabbitmq-server.service.hbs';
import { brokerSecretSettings } from './secrets.ts';

/** The versions in the two Debian releases, and what they can do. */
const versions = {
  12: { version: '3.10.8', nodeWideQueueType: false, growingDelay: false },
  13: { version: '4.0.5', nodeWideQueueType: true, growingDelay: true },
} as const satisfies Record<DebianRelease, unknown>;

/**
 * The settings of a host with the broker's role: configuration, units, secrets, users and queues. Empty without that
 * role.
 */
export function desired({ environment, host }: DesiredContext): Settings {
  if (!host.roles.includes('broker')) return new Map();
  return new Map([
    ...configuration(environment, host),
    ...units(host.debian),
    ...proxy(),
    ...listenSettings(),
    ...brokerSecretSettings(),
    ...objectSettings(environment, host.debian),
  ]);
}

function configuration({ broker }: Environment, { name, debian }: HostConfig): [string, string][] {
  const config = render(configTemplate, {
    ...versions[debian],
    debian,
    vhost,
    consumerTimeoutMs: broker.consumerTimeout.seconds * 1000,
    memoryWatermark: broker.memoryWatermark,
    diskFreeLimitBytes: broker.diskFreeLimit.bytes,
  });
  return [
    ...fileSettings(configPath, config),
    ...fileSettings(
      nodeEnvironmentPath,
      render(nodeEnvironmentTemplate, { node: nodeOf(name), namesFile: erlangNamesPath }),
    ),
    ...fileSettings(erlangNamesPath, render(erlangNamesTemplate, { host: name })),
    // An Erlang term ends with a full stop.
    ...fileSettings(pluginsPath, '[rabbitmq_management].\n'),
  ];
}

function units(debian: DebianRelease): [string, string][] {
  return [
    ...fileSettings(brokerDropIn, render(dropInTemplate, versions[debian])),
    ...fileSettings(epmdDropIn, epmdOnLoopback),
    ...sliceSettings('jernverk-broker.slice'),
    serviceSetting(epmdSocket, 'enabled active'),
    serviceSetting(brokerUnit, 'enabled active'),
    ...loadedSettings(brokerUnit, [configPath, nodeEnvironmentPath, erlangNamesPath, pluginsPath, brokerDropIn]),
  ];
}

function proxy(): [string, string][] {
  const values = { socket: brokerSocket, containerUser: workerUser.uid, proxySocket, brokerUnit };
  return [
    ...fileSettings(proxySocketPath, render(proxySocketTemplate, values)),
    ...fileSettings(proxyUnitPath, render(proxyUnitTemplate, values)),
    serviceSetting(proxySocket, 'enabled active'),
    serviceSetting(proxyUnit, 'enabled active'),
    ...loadedSettings(proxyUnit, [proxySocketPath, proxyUnitPath]),
  ];
}
