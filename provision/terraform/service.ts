import { decodeResource, decodeValue, encodeResource, encodeValue } from './codec.ts';
import { configured, decodeProviderConfig } from './configuration.ts';
import { attributePath, failure, failureOf, Refusal } from './diagnostics.ts';
import type { OpenHosts } from './hosts.ts';
import { foresee } from './plan-diagnostics.ts';
import type { DynamicValue, ProviderCalls } from './protocol.ts';
import { HostReader } from './reader.ts';
import { applyResource, readResource, type Session, type StateAnswer } from './resource.ts';
import { providerSchema, resourceSchemas, topicOf } from './schema.ts';

/** A provider for one run of Terraform. */
export interface Provider {
  readonly calls: ProviderCalls;
  close(): Promise<void>;
}

/** Answers Terraform's calls. A host's fault is a diagnostic; Terraform then keeps the state that it has. */
export function createProvider(openHosts: OpenHosts): Provider {
  let session: Session | null = null;
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
        const prior = decodeResource(prior_state);
        const moved = (prior?.host ?? wanted.host) !== wanted.host;
        return {
          planned_state: encodeResource(wanted, topic),
          requires_replace: moved ? [attributePath(['host'])] : [],
          diagnostics: await foresee(current().hosts, topic, prior, wanted),
        };
      } catch (error) {
        return { diagnostics: [failureOf(error, type_name)] };
      }
    },
    ApplyResourceChange: async ({ type_name, prior_state, planned_state }) => {
      const apply = async () =>
        applyResource(current(), topicOf(type_name), decodeResource(prior_state), decodeResource(planned_state));
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
    /**
     * A topic that has begun runs to its end, because half an apt transaction is worse than a late one. Terraform
     * begins no other topic.
     */
    StopProvider: async () => ({}),
  };
  return { calls, close: async () => session?.hosts.close() };
}

/** Returns the old state with the error. No state at all would mean that the resource is gone. */
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
