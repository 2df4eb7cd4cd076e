import { type Command, raw } from '../../../lib/shell.ts';
import { type Fact, ifInstalled, type Kind } from '../kind.ts';
import { absent, type Reading, value } from '../setting.ts';

/** A table of nftables that is ours, loaded from one file of ours. */
export interface OwnTable {
  /** Family and name: `inet jernverk`. */
  readonly table: string;
  readonly rulesFile: string;
  /** State of this boot: what the kernel made of the file, and the file's hash. */
  readonly folder: string;
  /** Leaves the elements of sets out: they are counted in tens of thousands, or come and go. */
  readonly terse: boolean;
}

/**
 * "The kernel has our table as it was loaded from our file" as one setting.
 *
 * Each nft version prints rules in its own way, so the text of the file does not foretell the listing. Instead the
 * unit records the listing when it loads the file, with the file's hash. A live listing that is another one is
 * somebody's hand; a file with another hash has not been loaded. Counters are no drift: `-s` leaves their numbers out.
 */
export const asLoadedFrom = (rulesFile: string): string => `as loaded from ${rulesFile}`;

export const rulesetKeyOf = (table: string): string => `ruleset/${table}`;

/** Whether the kernel has the table, as a condition for `if`. A name that only begins like it is another table. */
export const isLoaded = (table: string): string => `nft list tables | grep -qFx 'table ${table}'`;

const listing = ({ table, terse }: OwnTable): string => `nft -s ${terse ? '-t ' : ''}list table ${table}`;
const recordedListing = ({ folder }: OwnTable): string => `${folder}/loaded.nft`;
const recordedHash = ({ folder }: OwnTable): string => `${folder}/loaded.sha256`;

/** Runs inside single quotes in the unit: no quotes and no dollar signs. */
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

/** The rules that were added and taken away since, for people. */
function handChanges(recorded: string, live: string): string {
  const [before, now] = [linesOf(recorded), linesOf(live)];
  const differences = [
    ...without(before, now).map((rule) => `- ${rule}`),
    ...without(now, before).map((rule) => `+ ${rule}`),
  ];
  return `changed by hand: ${differences.length === 0 ? 'order of the rules' : differences.join('; ')}`;
}

/** The lines of `all` that are not in `others`; a line that is there twice must be there twice in both. */
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
