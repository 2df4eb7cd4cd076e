import { sh } from '../command.ts';
import { imageFacts } from '../docker/images.ts';
import { fileFacts } from '../kinds/file.ts';
import { value } from '../setting.ts';
import type { Fact } from '../topic.ts';
import { currentReleaseFile } from './places.ts';
import { slotFacts } from './slots.ts';

export function facts(keys: readonly string[]): Fact[] {
  return [...currentFacts(keys), ...fileFacts(keys), ...imageFacts(keys, () => false), ...slotFacts(keys)];
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
