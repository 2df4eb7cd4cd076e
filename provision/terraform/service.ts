import { diff } from '../diff.ts';
import type { Readings } from '../setting.ts';
import type { TopicName } from '../topic.ts';
import { decodeResource, decodeValue, encodeResource, encodeValue, type ResourceValue } from './codec.ts';
import { configured, decodeProviderConfig } from './configuration.ts';
import { attributePath, couldNotRead, failure, failureOf, notApplicable, Refusal } from './diagnostics.ts';
import type { Hosts, OpenHosts } from './hosts.ts';
import type { DynamicValue, ProviderCalls } from './protocol.ts';
import { HostReader } from './reader.ts';
import { providerSchema, resourceSchemas, topicOf } from './schema.ts';

/** What ConfigureProvider leaves for the calls after it. */
interface Session {
  readonly hosts: Hosts;
  readonly reader: HostReader;
}

/** A provider for one run of Terraform. */
export interface Provider {
  readonly calls: ProviderCalls;
  close(): Promise<void>;
}

/** The answers to Terraform's calls. A host's fault is a diagnostic; Terraform then keeps the state that it has. */
export function createProvider(openHosts: OpenHosts): Provider {
  let session: Session | null = null;
  let stopped = false;
  const current = (): Session => {
    if (session === null) throw new Refusal({ summary: 'the provider is not configured' });
    return session;
  };
  const calls: ProviderCalls = {
    GetProviderSchema: async () => ({ provider: providerSchema, resource_schemas: resourceSchemas }),
    ValidateProviderConfig: ({ config }) => diagnosed('provider configuration', async () => configured(config)),
    ValidateResourceConfig: ({ type_name }) => diagnosed(type_name, async () => topicOf(type_name)),
    UpgradeResourceState: async ({ raw_state }) => ({ upgraded_state: encodeValue(decodeValue(raw_state)) }),
    ConfigureProvider: ({ config }) =>
      diagnosed('provider configuration', async () => {
        const settings = decodeProviderConfig(config);
        const hosts = await openHosts(settings);
        session = { hosts, reader: new HostReader(hosts, settings.keys) };
      }),
    ReadResource: async ({ type_name, current_state }) => {
      const read = async () => readResource(current(), topicOf(type_name), decodeResource(current_state));
      return read().catch((error: unknown) => keep(current_state, error, type_name));
    },
    PlanResourceChange: async ({ type_name, prior_state, proposed_new_state }) => {
      try {
        const topic = topicOf(type_name);
        const wanted = decodeResource(proposed_new_state);
        if (wanted === null) return { planned_state: encodeValue(null) };
        const moved = (decodeResource(prior_state)?.host ?? wanted.host) !== wanted.host;
        return {
          planned_state: encodeResource(wanted, topic),
          requires_replace: moved ? [attributePath(['host'])] : [],
        };
      } catch (error) {
        return { diagnostics: [failureOf(error, type_name)] };
      }
    },
    ApplyResourceChange: async ({ type_name, prior_state, planned_state }) => {
      const apply = async () => {
        if (stopped) throw new Refusal({ summary: 'stopped before this topic was begun' });
        return applyResource(current(), topicOf(type_name), decodeResource(prior_state), decodeResource(planned_state));
      };
      return apply().catch((error: unknown) => keep(prior_state, error, type_name));
    },
    ImportResourceState: async ({ type_name, id }) => {
      const topic = topicOf(type_name);
      const host = id.slice(0, id.indexOf('/'));
      if (id !== `${host}/${topic}`) {
        return {
          diagnostics: [failure({ summary: `${id}: expected HOST/${topic}`, detail: `For example: forge/${topic}` })],
        };
      }
      return { imported_resources: [{ type_name, state: encodeResource({ host, settings: new Map() }, topic) }] };
    },
    /** A topic that has begun goes on to its end, since half an apt transaction is worse than a late one. */
    StopProvider: async () => {
      stopped = true;
      return {};
    },
  };
  return { calls, close: async () => session?.hosts.close() };
}

type StateAnswer = Awaited<ReturnType<ProviderCalls['ReadResource']>>;

/** The state as it was, and the error: no state at all would mean that the thing is gone. */
const keep = (state: DynamicValue | undefined, error: unknown, where: string): StateAnswer => ({
  new_state: state ?? encodeValue(null),
  diagnostics: [failureOf(error, where)],
});

async function diagnosed(where: string, work: () => Promise<unknown>): Promise<Pick<StateAnswer, 'diagnostics'>> {
  try {
    await work();
    return {};
  } catch (error) {
    return { diagnostics: [failureOf(error, where)] };
  }
}

async function readResource({ reader }: Session, topic: TopicName, state: ResourceValue | null): Promise<StateAnswer> {
  if (state === null) return { new_state: encodeValue(null) };
  const { host, settings } = state;
  const readings = await reader.read(host, topic, new Set(settings.keys()));
  const { unknown, notApplicable: elsewhere } = diff(settings, readings);
  return {
    new_state: encodeResource(unknown.length > 0 ? state : observed(state, readings), topic),
    diagnostics: [...couldNotRead(host, topic, unknown), ...notApplicable(host, topic, elsewhere)],
  };
}

/** What the host has. A setting that it cannot have, or that could not be read, stays as the state has it. */
function observed({ host, settings }: ResourceValue, readings: Readings): ResourceValue {
  const seen = [...readings].flatMap(([key, reading]): [string, string][] => {
    if (reading.kind === 'absent') return [];
    const text = reading.kind === 'value' ? reading.value : settings.get(key);
    return text === undefined ? [] : [[key, text]];
  });
  return { host, settings: new Map(seen) };
}

async function applyResource(
  { hosts, reader }: Session,
  topic: TopicName,
  prior: ResourceValue | null,
  planned: ResourceValue | null,
): Promise<StateAnswer> {
  const host = (planned ?? prior)?.host ?? '';
  const wanted = planned?.settings ?? new Map<string, string>();
  const owned = new Set(prior?.settings.keys());
  reader.forget(host);
  const { error, notApplicable: elsewhere } = await hosts.converge(host, topic, wanted, owned);
  if (error === null) {
    return {
      new_state: planned === null ? encodeValue(null) : encodeResource(planned, topic),
      diagnostics: prior === null ? notApplicable(host, topic, elsewhere) : [],
    };
  }
  return {
    new_state: await stateAfterFailure(reader, topic, prior),
    diagnostics: [failure(failed(host, topic, error))],
  };
}

const failed = (host: string, topic: TopicName, error: string) => ({
  summary: `${host}: ${topic} failed`,
  detail: `${error}\nTopics before it are done; the next deploy goes on from what the host has then.`,
});

/**
 * What the host has after a topic failed halfway, so that the next plan is right.
 *
 * A resource that failed while it was created is left out of the state: Terraform would mark it as tainted and destroy
 * it before the next try, though all that it needs is to go on.
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
