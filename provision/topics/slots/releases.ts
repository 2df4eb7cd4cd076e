import { sh } from '../../../lib/shell.ts';
import { currentReleaseFile, manifestFile } from '../../../platform/contract/places.ts';
import { type Fact, type Kind, stays } from '../../engine/kind.ts';
import { keysOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import { reachedLimits } from './limits.ts';
import { parseUsage, usageQuestion } from './usage.ts';

/**
 * `limit/<name>` is a limit that has been reached. None is ever wanted, so it is drift. No step can change it, and it
 * does not make an apply fail.
 */
function limitFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes('release/current')) return [];
  const parse = (output: string): Readings =>
    new Map(reachedLimits(parseUsage(output)).map(({ name, text }) => [`limit/${name}`, value(text)]));
  return [{ keys: [], command: usageQuestion, parse }];
}

function currentFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes('release/current')) return [];
  return [
    {
      keys: ['release/current'],
      command: sh`[ ! -e ${currentReleaseFile} ] || cat ${currentReleaseFile}`,
      parse: (output) => new Map(output === '' ? [] : [['release/current', value(output.trim())]]),
    },
  ];
}

/** Not a `file/` setting: the manifest of the previous release is no longer wanted, but it stays as the way back. */
function manifestFacts(keys: readonly string[]): Fact[] {
  return keysOf(keys, 'manifest').map((key): Fact => {
    const path = manifestFile(nameOf(key));
    return {
      keys: [key],
      command: sh`[ ! -e ${path} ] || cat ${path}`,
      parse: (output) => new Map(output === '' ? [] : [[key, value(`${output.trimEnd()}\n`)]]),
    };
  });
}

/** Says which release runs. The manifests of earlier ones stay as the way back, and no step ends a limit. */
export const releaseKinds: readonly Kind[] = [
  { prefixes: ['release'], facts: currentFacts },
  { prefixes: ['manifest'], facts: manifestFacts, mayStay: stays },
  { prefixes: ['limit'], facts: limitFacts, mayStay: stays },
];
