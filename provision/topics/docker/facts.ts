import { z } from 'zod';
import { fileFacts } from '../../engine/kinds/file.ts';
import { loadedFacts } from '../../engine/kinds/loaded.ts';
import { serviceFacts } from '../../engine/kinds/service.ts';
import { keysOf, type Readings, value } from '../../engine/setting.ts';
import type { Fact } from '../../engine/topic.ts';
import { askDocker } from './api.ts';
import { imageFacts } from './images.ts';

export function facts(keys: readonly string[]): Fact[] {
  return [
    ...fileFacts(keys),
    ...loadedFacts(keys),
    ...serviceFacts(keys),
    ...daemonFacts(keys),
    ...imageFacts(keys, (name) => name.startsWith('jernverk/base:')),
  ];
}

const info = z.object({ Driver: z.string(), LiveRestoreEnabled: z.boolean() });

/** What the running daemon says of itself; absent where it does not run. */
function daemonFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'docker');
  if (own.length === 0) return [];
  return [{ keys: own, command: askDocker('info'), parse: parseInfo }];
}

function parseInfo(output: string): Readings {
  if (output === '') return new Map();
  const { Driver, LiveRestoreEnabled } = info.parse(JSON.parse(output));
  return new Map([
    ['docker/storage-driver', value(Driver)],
    ['docker/live-restore', value(LiveRestoreEnabled ? 'on' : 'off')],
  ]);
}
