import { raw } from '../../../lib/shell.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { isLoaded } from '../../engine/kinds/ruleset.ts';
import { reloadUnits, serviceSteps } from '../../engine/kinds/service.ts';
import type { Change, Settings } from '../../engine/setting.ts';
import type { GuardedStep, Step } from '../../engine/step.ts';
import { firewallFolder, healTimer, rulesetKey, rulesFile, table, unit } from './names.ts';

const candidateFile = `${firewallFolder}/candidate.nft`;
const undoFile = `${firewallFolder}/undo.nft`;

/**
 * New rules are tried first and reach the disk only after a new connection has got in. So rules that lock us out are
 * gone when the host takes them back, and also after a reboot.
 */
export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  const rules = wanted.get(`file/${rulesFile}`);
  if (rules === undefined) return takeAway(changes, wanted);
  const ofTimer = changes.filter(({ key }) => key === `service/${healTimer}`);
  const rulesDiffer = changes.some(({ key }) => key === rulesetKey || key === `file/${rulesFile}`);
  return [
    ...(rulesDiffer ? [candidate(rules), tryCandidate] : []),
    ...fileSteps(changes, wanted),
    load,
    ...serviceSteps(ofTimer),
  ];
}

const candidate = (content: string): Step => ({ kind: 'write', path: candidateFile, content, mode: '0600' });

/**
 * The undo file begins with the table's removal, so it restores exactly what was there before, even if that was
 * nothing.
 */
const tryCandidate: GuardedStep = {
  kind: 'guarded',
  title: 'try the firewall rules',
  command: raw(`nft --check --file ${candidateFile}
printf 'table ${table}\\ndelete table ${table}\\n' > ${undoFile}
if ${isLoaded(table)}; then nft -s list table ${table} >> ${undoFile}; fi
nft --file ${candidateFile}`),
  // systemd-run expands variables in its arguments, so there must be none here.
  undo: raw(`nft --file ${undoFile}`),
  confirmWithinSeconds: 30,
};

/**
 * A reload replaces the table in one transaction: the host is open at no moment. `enable` reads the unit file again.
 */
const load: Step = {
  kind: 'run',
  title: 'load the firewall and turn it on at boot',
  command: raw(`systemctl enable --quiet ${unit}
systemctl reset-failed ${unit} 2>/dev/null || :
systemctl reload-or-restart ${unit}
rm -f ${candidateFile} ${undoFile}`),
};

const takeAway = (changes: readonly Change[], wanted: Settings): Step[] => [
  ...serviceSteps(changes),
  {
    kind: 'run',
    title: 'delete the firewall table',
    command: raw(`if command -v nft >/dev/null && ${isLoaded(table)}; then nft delete table ${table}; fi
rm -rf ${firewallFolder}`),
  },
  ...fileSteps(changes, wanted),
  reloadUnits,
];
