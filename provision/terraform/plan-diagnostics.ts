import { messageOf } from '../../lib/errors.ts';
import { keysOf, type Reading } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';
import { topics } from '../fleet/topics.ts';
import type { ResourceValue } from './codec.ts';
import { failure, warning } from './diagnostics.ts';
import type { Hosts } from './hosts.ts';
import type { Diagnostic } from './protocol.ts';

/**
 * Returns what is known before an apply about settings that look ahead, such as an egress policy that would cut off the
 * host's mirror. Such a reading depends on what is wanted, and Terraform's refresh knows only the present state. If
 * nothing changes, the host is not asked, because the refresh has already reported everything.
 */
export async function foresee(
  hosts: Pick<Hosts, 'foresee'>,
  topic: TopicName,
  prior: ResourceValue | null,
  { host, settings }: ResourceValue,
): Promise<Diagnostic[]> {
  const ahead = topics[topic].kinds.filter(({ looksAhead }) => looksAhead).flatMap(({ prefixes }) => prefixes);
  const needs = keysOf(settings.keys(), ...ahead);
  const same = prior !== null && [...settings].every(([key, text]) => prior.settings.get(key) === text);
  if (needs.length === 0 || same) return [];
  try {
    const readings = await hosts.foresee(host, topic, settings);
    return needs.flatMap((key) => judged({ host, topic, key, wanted: settings.get(key) }, readings.get(key)));
  } catch (error) {
    const summary = `${host}: ${topic}: could not ask the host what the change would do`;
    return [warning({ summary, detail: messageOf(error) })];
  }
}

interface Need {
  readonly host: string;
  readonly topic: TopicName;
  readonly key: string;
  readonly wanted: string | undefined;
}

/** A bare host cannot answer everything yet. That is a warning, and the apply refuses if it must. */
function judged({ host, topic, key, wanted }: Need, reading: Reading | undefined): Diagnostic[] {
  const path = ['settings', key];
  switch (reading?.kind) {
    case 'unknown':
      return [failure({ summary: `${host}: ${topic}: this change cannot be applied`, detail: reading.reason, path })];
    case 'value':
      if (reading.value === wanted) return [];
      return [warning({ summary: `${host}: ${topic}: this change may be refused`, detail: reading.value, path })];
    case undefined:
    case 'absent':
    case 'not applicable':
    case 'notice':
      return [];
    default:
      return reading satisfies never;
  }
}
