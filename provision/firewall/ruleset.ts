import { raw } from '../command.ts';
import { absent, type Reading, value } from '../setting.ts';
import type { Fact } from '../topic.ts';
import { firewallFolder, rulesetKey, rulesFile, table } from './names.ts';

/**
 * "The kernel has our table as it was loaded from our file" as one setting.
 *
 * Each nft version prints rules in its own way, so the text of the file does not foretell the listing. Instead the
 * unit records the listing when it loads the file, with the file's hash. A live listing that is another one is
 * somebody's hand; a file with another hash has not been loaded. Counters are no drift: `-s` leaves their numbers out.
 */
export const asLoaded = `as loaded from ${rulesFile}`;

const listing = `nft -s list table ${table}`;
const recordedListing = `${firewallFolder}/loaded.nft`;
const recordedHash = `${firewallFolder}/loaded.sha256`;

/** Runs inside single quotes in the unit: no quotes and no dollar signs. */
export const record = raw(
  `mkdir -p ${firewallFolder} && ${listing} > ${recordedListing} && sha256sum ${rulesFile} > ${recordedHash}`,
);

export function rulesetFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes(rulesetKey)) return [];
  return [
    {
      keys: [rulesetKey],
      command: raw(`command -v nft >/dev/null || exit 0
tables=$(nft list tables) || exit 1
case "$tables" in *"table ${table}"*) ;; *) exit 0 ;; esac
[ ! -e ${recordedHash} ] || sha256sum --check --status ${recordedHash} 2>/dev/null || echo 'file changed'
echo recorded
[ ! -e ${recordedListing} ] || cat ${recordedListing}
echo live
${listing}`),
      parse: (output) => new Map([[rulesetKey, readingOf(output)]]),
    },
  ];
}

function readingOf(output: string): Reading {
  if (output.trim() === '') return absent;
  const [, file = '', recorded = '', live = ''] =
    /^((?:file changed\n)?)recorded\n([\s\S]*?)^live\n([\s\S]*)$/m.exec(output) ?? [];
  if (live === '') throw new Error('the listing was cut off');
  if (recorded === '') return value('loaded by somebody else');
  if (file !== '') return value(`${rulesFile} has changed since it was loaded`);
  return value(linesOf(live).join('\n') === linesOf(recorded).join('\n') ? asLoaded : handChanges(recorded, live));
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
