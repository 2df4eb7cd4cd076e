import { raw } from '../command.ts';
import { directorySteps } from '../kinds/directory.ts';
import { fileSteps } from '../kinds/file.ts';
import { serviceSteps } from '../kinds/service.ts';
import { type Change, kindOf, nameOf, type Settings } from '../setting.ts';
import type { RunStep, Step } from '../step.ts';
import { unitFile } from './desired.ts';

export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  const unitChanged = changes.some((change) => kindOf(change.key) === 'unit' || nameOf(change.key) === unitFile);
  const reload = unitChanged ? [reloadUnits] : [];
  const files = fileSteps(changes, wanted);
  if (wanted.size === 0)
    return [...serviceSteps(changes), ...files, ...reload, ...directorySteps(deepestFirst(changes))];
  return [...directorySteps(changes), ...files, ...reload, ...serviceSteps(changes)];
}

const deepestFirst = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => b.key.split('/').length - a.key.split('/').length);

/** Enough for KillMode, Restart and the time-outs: supervisord is not restarted, so no job is disturbed. */
const reloadUnits: RunStep = { kind: 'run', title: 'load unit files', command: raw('systemctl daemon-reload') };
