import { fileFacts } from '../../engine/kinds/file.ts';
import { loadedFacts } from '../../engine/kinds/loaded.ts';
import { serviceFacts } from '../../engine/kinds/service.ts';
import { sliceFacts } from '../../engine/kinds/slice.ts';
import type { Settings } from '../../engine/setting.ts';
import type { Fact } from '../../engine/topic.ts';
import { listenFacts } from './listen.ts';
import { objectFacts } from './object-facts.ts';
import { isAccountSecret, secretFacts } from './secrets.ts';

export function facts(keys: readonly string[], wanted: Settings = new Map()): Fact[] {
  return [
    ...fileFacts(keys),
    ...serviceFacts(keys),
    ...loadedFacts(keys),
    ...sliceFacts(keys),
    ...listenFacts(keys),
    ...secretFacts(keys, (name) => !isAccountSecret(name)),
    ...objectFacts(keys, wanted),
  ];
}
