import { type Command, raw } from '../../../lib/shell.ts';
import { type Fact, ifInstalled, type Kind } from '../kind.ts';
import { absent, type Reading, value } from '../setting.ts';

/** An nftables table of Jernverk, loaded from one file of Jernverk. */
export interface OwnTable {
  /** Family and name: `inet jernverk`. */
  readonly table: string;
  readonly rulesFile: string;
  /** Folder for the state of this boot: the kernel's listing after loading the file, and the file's hash. */
  readonly folder: string;
  /** Leaves out the elements of sets: there are tens of thousands of them, or they come and go. */
  readonly terse: boolean;
}

/**
 * "The kernel has the table as it was loaded from its file" as one setting.
 *
 * Each nft version prints rules in its own way, so the listing cannot be predicted from the file's text. Instead the
 * unit records the listing when it loads the file, with the file's hash. If the live listing differs, somebody changed
 * the rules by hand. If the file's hash differs, the file has not been loaded. Counters are not drift: `-s` leaves out
 * their numbers.
 */
export const asLoadedFrom = (rulesFile: string): string => `as loaded from ${rulesFile}`;

export const rulesetKeyOf = (table: string): string => `ruleset/${table}`;

/** A condition for `if`: whether the kernel has the table. A longer name that begins like it does not match. */
export const isLoaded = (table: string): string => `nft list tables | grep -qFx 'table ${table}'`;

const listing = ({ table, terse }: OwnTable): string => `nft -s ${terse ? '-t ' : ''}list table ${table}`;
const recordedListing = ({ folder }: OwnTable): string => `${folder}/loaded.nft`;
const recordedHash = ({ folder }: OwnTable): string => `${folder}/loaded.sha256`;

/** Runs inside single quotes in the unit, so it contains no quotes and no dollar signs. */
export const recordLoaded = (own: OwnTable): Command =>
  raw(
    `mkdir -p ${own.folder} && ${listing(own)} > ${recordedListing(own)} && sha256sum ${own.rulesFile} > ${recordedHash(own)}`,
  );

export function rulesetFacts(own: OwnTable, keys: readonly string[]): Fact[] {
  const key = rulesetKeyOf(own.table);
  if (!keys.includes(key)) return [];
  return [
    {
      keys: [key],
      command: ifInstalled(
        'nft',
        raw(`tables=$(nft list tables) || exit 1
printf '%s\\n' "$tables" | grep -qFx 'table ${own.table}' || exit 0
[ ! -e ${recordedHash(own)} ] || sha256sum --check --status ${recordedHash(own)} 2>/dev/null || echo 'file changed'
echo recorded
[ ! -e ${recordedListing(own)} ] || cat ${recordedListing(own)}
echo live
${listing(own)}`),
      ),
      parse: (output) => new Map([[key, readingOf(output, own.rulesFile)]]),
    },
  ];
}

function readingOf(output: string, rulesFile: string): Reading {
  if (output.trim() === '') return absent;
  const [, file = '', recorded = '', live = ''] =
    /^((?:file changed\n)?)recorded\n((?:[\s\S]*?\n)??)live\n([\s\S]*)$/.exec(output) ?? [];
  if (live === '') throw new Error('the listing was cut off');
  if (recorded === '') return value('loaded by somebody else');
  if (file !== '') return value(`${rulesFile} has changed since it was loaded`);
  const same = linesOf(live).join('\n') === linesOf(recorded).join('\n');
  return value(same ? asLoadedFrom(rulesFile) : handChanges(recorded, live));
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Returns the rules that were added and removed since the load, for people. */
function handChanges(recorded: string, live: string): string {
  const [before, now] = [linesOf(recorded), linesOf(live)];
  const differences = [
    ...without(before, now).map((rule) => `- ${rule}`),
    ...without(now, before).map((rule) => `+ ${rule}`),
  ];
  return `changed by hand: ${differences.length === 0 ? 'order of the rules' : differences.join('; ')}`;
}

/** Returns the lines of `all` that are not in `others`. A line twice in `all` and once in `others` is returned once. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return all.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

export const rulesetKind = (own: OwnTable): Kind => ({
  prefixes: ['ruleset'],
  facts: (keys) => rulesetFacts(own, keys),
});
