import { sh } from '../../../lib/shell.ts';
import type { Fact, Kind } from '../../engine/kind.ts';
import { rulesetKeyOf } from '../../engine/kinds/ruleset.ts';
import { keysOf, type Reading, value } from '../../engine/setting.ts';
import {
  networksFolder,
  policyTable,
  policyUnit,
  sampleTimer,
  sampleUnit,
  seenProgram,
  seenTable,
  seenUnit,
  unitFileOf,
} from './names.ts';

const ownFiles = [
  ...[seenTable, policyTable].map(({ rulesFile }) => rulesFile),
  ...[seenUnit, policyUnit, sampleUnit, sampleTimer].map(unitFileOf),
  seenProgram,
];

/** What an earlier mode left on the host and this one does not want. It becomes a change to null and is removed. */
function leftoverFact(keys: readonly string[]): Fact {
  return {
    keys: [],
    command: sh`for path in ${ownFiles} ${networksFolder}/*.nft; do if [ -e "$path" ]; then echo "$path"; fi; done
if command -v nft >/dev/null; then nft list tables; fi`,
    parse: (output) => {
      const lines = output.split('\n');
      const units = [seenUnit, policyUnit, sampleTimer].filter((unit) => lines.includes(unitFileOf(unit)));
      const tables = [seenTable, policyTable].filter(({ table }) => lines.includes(`table ${table}`));
      const found = [
        ...ownFiles.filter((path) => lines.includes(path)).map((path) => `file/${path}`),
        ...units.map((unit) => `service/${unit}`),
        ...tables.map(({ table }) => rulesetKeyOf(table)),
        ...lines
          .flatMap((line) => /\/([0-9a-f]{64})\.nft$/.exec(line)?.slice(1) ?? [])
          .map((name) => `networks/${name}`),
      ];
      return new Map(found.filter((key) => !keys.includes(key)).map((key) => [key, value('left over')]));
    },
  };
}

function networksFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'networks');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: sh`[ ! -d ${networksFolder} ] || find ${networksFolder} -name '*.nft' -exec sha256sum {} +`,
      parse: (output) =>
        new Map(
          [...output.matchAll(/^([0-9a-f]{64}) [ *].*\/([0-9a-f]{64})\.nft$/gm)]
            .map(([, digest = '', name = '']): [string, Reading] => [
              `networks/${name}`,
              value(digest === name ? 'present' : 'damaged'),
            ])
            .filter(([key]) => own.includes(key)),
        ),
    },
  ];
}

export const leftoverKind: Kind = { prefixes: [], facts: (keys) => [leftoverFact(keys)] };
export const networksKind: Kind = { prefixes: ['networks'], facts: networksFacts };
