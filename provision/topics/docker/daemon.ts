import * as z from 'zod';
import { type Fact, type Kind, stays } from '../../engine/kind.ts';
import { keysOf, type Readings, value } from '../../engine/setting.ts';
import { dockerAnswers, dockerQuestion } from './api.ts';

const info = z.object({ Driver: z.string(), LiveRestoreEnabled: z.boolean() });

/** What the running daemon says about itself. Absent if it does not run. */
function daemonFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'docker');
  if (own.length === 0) return [];
  return [{ keys: own, command: dockerQuestion, parse: parseInfo }];
}

function parseInfo(output: string): Readings {
  const answer = dockerAnswers(output).info;
  if (answer === null) return new Map();
  const { Driver, LiveRestoreEnabled } = info.parse(answer);
  return new Map([
    ['docker/storage-driver', value(Driver)],
    ['docker/live-restore', value(LiveRestoreEnabled ? 'on' : 'off')],
  ]);
}

/** A daemon that still runs says it even if it is no longer ours. */
export const daemonKind: Kind = { prefixes: ['docker'], facts: daemonFacts, mayStay: stays };
