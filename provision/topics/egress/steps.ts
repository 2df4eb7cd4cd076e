import { lines, raw, sh } from '../../../lib/shell.ts';
import { blobsFolder } from '../../../platform/contract/places.ts';
import { directorySteps } from '../../engine/kinds/directory.ts';
import { fileSteps } from '../../engine/kinds/file.ts';
import { isLoaded, type OwnTable, rulesetKeyOf } from '../../engine/kinds/ruleset.ts';
import { reloadUnits, serviceSteps } from '../../engine/kinds/service.ts';
import { type Change, changesOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { GuardedStep, RunStep, Step } from '../../engine/step.ts';
import {
  destinationsFolder,
  needsKey,
  networksFile,
  networksFolder,
  policyTable,
  policyUnit,
  seenProgram,
  seenTable,
  seenUnit,
  unitFileOf,
} from './names.ts';
import { refuseCut, rememberNeeds } from './needs.ts';

const candidateFile = `${policyTable.folder}/candidate.nft`;
const undoFile = `${policyTable.folder}/undo.nft`;

/**
 * The counters first, then the policy under guard: it reaches the disk only after a new connection has got in. So a
 * policy that locks us out is gone when the host takes it back, and also after a reboot.
 */
export function steps(changes: readonly Change[], wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  const ofPolicy = (change: Change): boolean => policyKeys.has(change.key);
  const ofNetworks = changesOf(changes, 'networks');
  const ofSeen = changes.filter((change) => !ofPolicy(change) && !ofNetworks.includes(change));
  const policy = changes.filter(ofPolicy);
  const wantsPolicy = wanted.has(`file/${policyTable.rulesFile}`);
  return [
    ...(wanted.size === 0 ? [] : seenSteps(ofSeen, wanted)),
    ...arrivals(ofNetworks),
    ...(wantsPolicy ? policySteps(policy, wanted) : takeAway(policy, policyUnit, policyTable, wanted)),
    ...departures(ofNetworks),
    ...(wanted.size === 0 ? [...takeAway(ofSeen, seenUnit, seenTable, wanted), ...directorySteps(ofSeen)] : []),
  ];
}

/** The counts are evidence, and nobody else keeps them. */
export const purge = (): Step[] => [
  { kind: 'run', title: 'remove what was counted of connections', command: sh`rm -rf ${destinationsFolder}` },
];

const policyKeys: ReadonlySet<string> = new Set([
  needsKey,
  rulesetKeyOf(policyTable.table),
  `service/${policyUnit}`,
  ...[policyTable.rulesFile, unitFileOf(policyUnit)].flatMap((path) => [`file/${path}`, `mode/${path}`]),
]);

function seenSteps(changes: readonly Change[], wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  const stale = changes.some(({ key }) =>
    [`file/${seenTable.rulesFile}`, rulesetKeyOf(seenTable.table), `service/${seenUnit}`].includes(key),
  );
  const others = changes.filter(({ key }) => key !== `service/${seenUnit}`);
  return [
    ...directorySteps(changes),
    ...fileSteps(changes, wanted),
    reloadUnits,
    ...(stale ? [load(seenUnit, 'count where connections go, also after a boot')] : []),
    ...serviceSteps(others),
  ];
}

function policySteps(changes: readonly Change[], wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  const rules = wanted.get(`file/${policyTable.rulesFile}`) ?? '';
  const differ = changes.some(({ key }) =>
    [`file/${policyTable.rulesFile}`, rulesetKeyOf(policyTable.table), needsKey].includes(key),
  );
  return [
    ...(differ ? [candidate(rules), tryCandidate(wanted.has(needsKey))] : []),
    ...fileSteps(changes, wanted),
    load(policyUnit, 'load the egress policy and turn it on at boot'),
  ];
}

const candidate = (content: string): Step => ({ kind: 'write', path: candidateFile, content, mode: '0600' });

/**
 * The way back is the file on disk, because only a confirmed policy gets there. If no table was loaded, the undo leaves
 * none. `systemd-run` expands variables in its arguments, so the undo command must contain none.
 */
function tryCandidate(enforced: boolean): GuardedStep {
  const { table, rulesFile } = policyTable;
  const undo = raw(`nft --file ${undoFile}`);
  return {
    kind: 'guarded',
    title: enforced ? 'try the egress policy' : 'try the report of the egress policy',
    command: lines(
      ...(enforced ? [rememberNeeds] : []),
      raw(`nft --check --file ${candidateFile}
printf 'table ${table}\\ndelete table ${table}\\n' > ${undoFile}
if ${isLoaded(table)} && [ -e ${rulesFile} ]; then echo 'include "${rulesFile}"' >> ${undoFile}; fi
${seenProgram} load ${candidateFile}`),
      ...(enforced ? [refuseCut(candidateFile, undo)] : []),
    ),
    undo,
    confirmWithinSeconds: 30,
  };
}

/** A reload replaces the table in one transaction. `enable` reads the unit file again. */
const load = (unit: string, title: string): RunStep => ({
  kind: 'run',
  title,
  command: sh`systemctl enable --quiet ${unit}
systemctl reset-failed ${unit} 2>/dev/null || :
systemctl reload-or-restart ${unit}
rm -f ${candidateFile} ${undoFile}`,
});

/** Sent as a blob and kept next to the rules, because blobs come and go with their releases. */
const arrivals = (changes: readonly Change[]): Step[] =>
  changes
    .filter(({ to }) => to !== null)
    .flatMap(({ key }): Step[] => {
      const digest = nameOf(key);
      const blob = `${blobsFolder}/${digest}`;
      return [
        { kind: 'upload', title: 'send the networks of the country ring', digests: [digest] },
        {
          kind: 'run',
          title: 'put the networks beside the rules',
          command: sh`mkdir -p ${networksFolder}
install -m 0644 ${blob} ${`${networksFile(digest)}.new`}
sync ${`${networksFile(digest)}.new`}
mv -f ${`${networksFile(digest)}.new`} ${networksFile(digest)}
sync ${networksFolder}
rm -f ${blob}`,
        },
      ];
    });

const departures = (changes: readonly Change[]): Step[] =>
  changes.filter(({ to }) => to === null).map(({ key }): Step => ({ kind: 'remove', path: networksFile(nameOf(key)) }));

function takeAway(changes: readonly Change[], unit: string, own: OwnTable, wanted: Settings): Step[] {
  if (changes.length === 0) return [];
  return [
    ...serviceSteps(changes),
    {
      kind: 'run',
      title: `delete the table of ${unit}`,
      command: raw(`if command -v nft >/dev/null && ${isLoaded(own.table)}; then nft delete table ${own.table}; fi
rm -rf ${own.folder}`),
    },
    ...fileSteps(changes, wanted),
    reloadUnits,
  ];
}
