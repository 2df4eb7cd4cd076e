import { sh } from '../../../lib/shell.ts';
import { configurationFolder, runFolder, stateFolder } from '../../../platform/contract/places.ts';
import { type Change, changesOf, nameOf } from '../../engine/setting.ts';
import type { Step } from '../../engine/step.ts';
import { timeUnits } from './facts.ts';
import { purgeAdded } from './purge.ts';
import { recordVersions } from './record.ts';
import { finishInterrupted, install } from './transaction.ts';

/** Changes to null only finish what was begun. Packages stay, see `purge`. */
export function steps(changes: readonly Change[]): Step[] {
  const wanted = changes.filter((change) => change.to !== null);
  const has = (key: string): boolean => wanted.some((change) => change.key === key);
  const missing = changesOf(wanted, 'package').map((change) => nameOf(change.key));
  const interrupted = changes.some(({ key, from }) => key === 'dpkg/interrupted' && from !== 'no');
  return [
    ...(interrupted ? [finishStep] : []),
    ...(missing.length > 0 ? [installStep(missing)] : []),
    ...(missing.length === 0 && has('record/versions') ? [recordStep] : []),
    ...(has('time/service') ? [timeStep] : []),
  ];
}

/** Allows for downloads on a slow line and a slow machine: an emulated one without KVM takes 6 minutes. */
const installTimeoutMs = 30 * 60_000;

const finishStep: Step = {
  kind: 'run',
  title: 'finish the interrupted dpkg run',
  command: finishInterrupted(),
  timeoutMs: installTimeoutMs,
};

const installStep = (names: readonly string[]): Step => ({
  kind: 'run',
  title: names.length === 1 ? `install ${names[0]}` : `install ${names.length} packages`,
  command: install(names),
  timeoutMs: installTimeoutMs,
});

const recordStep: Step = { kind: 'run', title: 'record the exact package versions', command: recordVersions };

/** Starts the time service that the host has. */
const timeStep: Step = {
  kind: 'run',
  title: 'start the time service',
  command: sh`for unit in ${[...timeUnits]}; do
  if systemctl cat "$unit" >/dev/null 2>&1; then systemctl enable --quiet --now "$unit"; break; fi
done`,
};

/** Removes exactly the packages that our transactions installed, and the records. */
export function purge(): Step[] {
  return [
    {
      kind: 'run',
      title: 'remove the packages that were installed for Jernverk',
      command: purgeAdded(),
      timeoutMs: installTimeoutMs,
    },
    // This topic is purged last: what the others had in these folders has been deleted, or its deletion was requested.
    {
      kind: 'run',
      title: 'remove the folders of Jernverk',
      command: sh`rm -rf -- ${configurationFolder} ${runFolder} ${stateFolder}`,
    },
  ];
}
