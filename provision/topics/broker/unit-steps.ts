import { lines, raw } from '../../../lib/shell.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { unitsToRestart } from '../../engine/kinds/loaded.ts';
import { reloadUnits, resetFailed } from '../../engine/kinds/service.ts';
import { sliceSteps } from '../../engine/kinds/slice.ts';
import { startLoaded } from '../../engine/kinds/start.ts';
import { type Change, kindOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { RunStep, Step } from '../../engine/step.ts';
import { brokerIsOpen, epmdIsOpen } from './listen.ts';
import { brokerUnit, epmdDropIn, epmdSocket, proxySocket, proxySocketPath, proxyUnit, proxyUnitPath } from './names.ts';

/** Files, then systemd's view of them, then each unit that does not yet run what the files say. */
export function unitSteps(changes: readonly Change[], wanted: Settings): Step[] {
  const restart = whatToRestart(changes, wanted);
  const files = fileSteps(changes, wanted);
  const slices = sliceSteps(changes);
  const units = slices.length > 0 || changes.some(({ key }) => nameOf(key).startsWith('/etc/systemd/system/'));
  return [
    ...files,
    ...(units || Object.values(restart).includes(true) ? [reloadUnits] : []),
    ...slices,
    ...(restart.epmd ? [restartEpmd] : []),
    ...(restart.broker ? [restartBroker(wanted)] : []),
    ...(restart.proxy ? [restartProxy] : []),
  ];
}

function whatToRestart(
  changes: readonly Change[],
  wanted: Settings,
): { epmd: boolean; broker: boolean; proxy: boolean } {
  const stale = unitsToRestart(changes, wanted);
  const isOff = (unit: string): boolean => changes.some(({ key }) => key === `service/${unit}`);
  const touches = (...paths: string[]): boolean => changes.some(({ key }) => paths.includes(nameOf(key)));
  const epmd = epmdIsOpen(changes) || isOff(epmdSocket) || touches(epmdDropIn);
  return {
    epmd,
    // rabbitmqctl does not find a broker whose epmd has gone, so the two restart together.
    broker: epmd || brokerIsOpen(changes) || isOff(brokerUnit) || stale.includes(brokerUnit),
    proxy:
      stale.includes(proxyUnit) ||
      isOff(proxySocket) ||
      isOff(proxyUnit) ||
      touches(proxySocketPath, proxyUnitPath) ||
      changes.some(({ key }) => kindOf(key) === 'socket'),
  };
}

const restartEpmd: RunStep = {
  kind: 'run',
  title: 'restart epmd on loopback',
  command: raw(`systemctl stop ${brokerUnit}
systemctl stop epmd.service ${epmdSocket}
systemctl unmask --quiet ${epmdSocket}
${resetFailed(epmdSocket, 'epmd.service').script}
systemctl enable --quiet --now ${epmdSocket}`),
};

/** What the broker has written to its log since this script began, or else to its standard error. */
const brokerSaid = raw(
  `tail -c +$((before + 1)) $log 2>/dev/null | sed -n 's/^.*\\[error\\] <[0-9.]*> *//p' | grep . | head -n 5 || tail -n 5 /var/log/rabbitmq/rabbitmq-server.error.log`,
);

/** Returns when the broker has said that it is ready, its HTTP API included. */
const restartBroker = (wanted: Settings): RunStep => ({
  kind: 'run',
  title: 'restart RabbitMQ',
  command: lines(
    raw(`systemctl unmask --quiet ${brokerUnit}
systemctl enable --quiet ${brokerUnit}
log=/var/log/rabbitmq/rabbitmq-server.log
before=$(stat -c %s $log 2>/dev/null || echo 0)`),
    startLoaded({ unit: brokerUnit, wanted, start: raw(`systemctl restart ${brokerUnit}`), said: brokerSaid }),
  ),
  // Slightly longer than the unit's own TimeoutStartSec.
  timeoutMs: 31 * 60_000,
});

const restartProxy: RunStep = {
  kind: 'run',
  title: "open the containers' broker socket",
  command: raw(`systemctl stop ${proxyUnit} ${proxySocket}
systemctl unmask --quiet ${proxyUnit} ${proxySocket}
${resetFailed(proxyUnit, proxySocket).script}
systemctl enable --quiet --now ${proxySocket} ${proxyUnit}`),
};
