import { raw, sh } from '../../../lib/shell.ts';
import { filesFolder } from '../../../platform/contract/places.ts';
import { curlHere } from '../../engine/curl.ts';
import { directorySteps } from '../../engine/kinds/directory.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { mountSteps } from '../../engine/kinds/mount.ts';
import { reloadUnits, serviceSteps } from '../../engine/kinds/service.ts';
import { sliceSteps } from '../../engine/kinds/slice.ts';
import { type Change, kindOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { RunStep, Step } from '../../engine/step.ts';

export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  const unitChanged = changes.some(
    ({ key }) => kindOf(key) === 'unit' || kindOf(key) === 'weight' || nameOf(key).startsWith('/etc/systemd/system/'),
  );
  // Enough for KillMode, Restart and the timeouts. supervisord is not restarted, so no job is disturbed.
  const reload = unitChanged ? [reloadUnits] : [];
  const files = fileSteps(changes, wanted);
  if (wanted.size === 0)
    return [...serviceSteps(changes), ...files, ...reload, ...directorySteps(deepestFirst(changes))];
  const services = serviceSteps(changes);
  return [
    ...directorySteps(changes),
    ...files,
    ...reload,
    ...sliceSteps(changes),
    ...mountSteps(changes),
    ...services,
    ...(services.length === 0 ? [] : [waitForAnswer]),
  ];
}

/** Removes the input and output of all jobs. */
export const purge = (): Step[] => [
  { kind: 'run', title: 'remove the files of all jobs', command: sh`rm -rf ${filesFolder}` },
];

const deepestFirst = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => b.key.split('/').length - a.key.split('/').length);

/** systemd considers supervisord started before its socket exists. */
const waitForAnswer: RunStep = {
  kind: 'run',
  title: 'wait until supervisord answers',
  command: raw(`tries=0
until ${curlHere} --output /dev/null --unix-socket /run/supervisor.sock http://localhost/; do
  tries=$((tries + 1))
  if [ "$tries" -ge 300 ]; then echo 'supervisord did not answer within 30 seconds: journalctl -u supervisor' >&2; exit 1; fi
  sleep 0.1
done`),
};
