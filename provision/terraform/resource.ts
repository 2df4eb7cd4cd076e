import { printableText } from '../../lib/printable.ts';
import { diff, withoutSecrets } from '../engine/diff.ts';
import type { Readings } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';
import { encodeResource, encodeValue, type ResourceValue } from './codec.ts';
import { couldNotRead, failure, notApplicable, notices } from './diagnostics.ts';
import type { Hosts } from './hosts.ts';
import type { DynamicValue, ProviderCalls } from './protocol.ts';
import type { HostReader } from './reader.ts';

/** What ConfigureProvider leaves for later calls. */
export interface Session {
  readonly hosts: Hosts;
  readonly reader: HostReader;
}

/** A new state, and the diagnostics about it. */
export type StateAnswer = Awaited<ReturnType<ProviderCalls['ReadResource']>>;

/** Returns the state as the host has it now. */
export async function readResource(
  { reader }: Session,
  topic: TopicName,
  state: ResourceValue | null,
): Promise<StateAnswer> {
  if (state === null) return { new_state: encodeValue(null) };
  const { host, settings } = state;
  const readings = await reader.read(host, topic, new Set(settings.keys()));
  const { unknown, notApplicable: elsewhere, notices: told } = diff(settings, readings);
  return {
    new_state: encodeResource(unknown.length > 0 ? state : observed(state, readings), topic),
    diagnostics: [
      ...couldNotRead(host, topic, unknown),
      ...notApplicable(host, topic, elsewhere),
      ...notices(host, topic, told),
    ],
  };
}

/** Returns what the host has. A setting that it cannot have, or that could not be read, stays as in the state. */
function observed({ host, settings }: ResourceValue, readings: Readings): ResourceValue {
  const seen = [...readings].flatMap(([key, reading]): [string, string][] => {
    if (reading.kind === 'absent' || reading.kind === 'notice') return [];
    const before = settings.get(key);
    const differs = reading.kind === 'value' && reading.value !== before;
    const text = differs ? printableState(withoutSecrets(key, reading.value)) : before;
    return text === undefined ? [] : [[key, text]];
  });
  return { host, settings: new Map(seen) };
}

/**
 * Terraform prints texts of several lines unchanged. A text with control characters is shown with escapes. Its first
 * line says so, which also makes it differ from any wanted text, so the difference is not lost.
 */
function printableState(text: string): string {
  const shown = printableText(text);
  return shown === text ? text : `(control characters are shown as escapes)\n${shown}`;
}

/** Brings the host to what was planned. `planned` is null if the resource is destroyed. */
export async function applyResource(
  { hosts, reader }: Session,
  topic: TopicName,
  prior: ResourceValue | null,
  planned: ResourceValue | null,
): Promise<StateAnswer> {
  const host = (planned ?? prior)?.host ?? '';
  const wanted = planned?.settings ?? new Map<string, string>();
  const owned = new Set(prior?.settings.keys());
  reader.forget(host);
  const { error, notApplicable: elsewhere, notices: told } = await hosts.converge(host, topic, wanted, owned);
  if (error === null) {
    return {
      new_state: planned === null ? encodeValue(null) : encodeResource(planned, topic),
      diagnostics: [...(prior === null ? notApplicable(host, topic, elsewhere) : []), ...notices(host, topic, told)],
    };
  }
  return {
    new_state: await stateAfterFailure(reader, topic, prior),
    diagnostics: [failure(failed(host, topic, error))],
  };
}

const failed = (host: string, topic: TopicName, error: string) => ({
  summary: `${host}: ${topic} failed`,
  detail: [error, 'Earlier topics are done. The next deploy goes on from what the host has then.'],
});

/**
 * Returns what the host has after a topic failed halfway, so that the next plan is right.
 *
 * A resource that failed while it was created is left out of the state. Terraform would mark it as tainted and destroy
 * it before the next try, although it only needs to go on.
 */
async function stateAfterFailure(
  reader: HostReader,
  topic: TopicName,
  prior: ResourceValue | null,
): Promise<DynamicValue> {
  if (prior === null) return encodeValue(null);
  const readings = await reader
    .read(prior.host, topic, new Set(prior.settings.keys()))
    .catch((): Readings => new Map());
  return encodeResource(readings.size === 0 ? prior : observed(prior, readings), topic);
}
