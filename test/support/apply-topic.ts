import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import { apply } from '../../provision/engine/apply.ts';
import type { Diff } from '../../provision/engine/diff.ts';
import type { ApplyEvent, TopicOutcome } from '../../provision/engine/events.ts';
import { plan } from '../../provision/engine/plan.ts';
import type { Settings } from '../../provision/engine/setting.ts';
import type { EgressNetworks, Topic } from '../../provision/engine/topic.ts';
import type { OpenBlob } from '../../provision/engine/upload.ts';
import { type Environment, environmentSchema } from '../../provision/environment/schema.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';

/** One host and one topic: what a test on a lab host needs to converge, to look and to break things. */
export interface TopicOnHost {
  readonly host: Host;
  /** Applies what the topic wants, or another map. Throws if it does not converge. */
  converge(wanted?: Settings): Promise<TopicOutcome>;
  /** Returns what differs now. */
  diff(wanted?: Settings): Promise<Diff>;
  readonly wanted: Settings;
  readonly events: readonly ApplyEvent[];
}

/**
 * Returns an environment of one host. Both parts are written as in an environment file; what is left out has its
 * default.
 */
export function environmentWith(host: object = {}, rest: object = {}): Environment {
  return environmentSchema.parse({
    name: 'test',
    hosts: [{ name: 'forge', roles: ['broker', 'worker'], ...host }],
    ...rest,
  });
}

const noBlobs: OpenBlob = () => {
  throw new Error('this test has no blobs');
};

export async function topicOnHost(
  topic: Topic,
  connection: Connection,
  environment: Environment,
  {
    release = null,
    networks = null,
    openBlob = noBlobs,
  }: { release?: ReleaseManifest | null; networks?: EgressNetworks | null; openBlob?: OpenBlob } = {},
): Promise<TopicOnHost> {
  const host = await connect(connection);
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('the environment has no host');
  const wanted = topic.desired({ environment, host: config, release, networks });
  const events: ApplyEvent[] = [];
  const context = {
    host,
    // A firewall that drops our packets does not answer, so wait for less time than the host does.
    reconnect: () => connect(connection, { readyTimeoutMs: 2_000 }),
    openBlob,
    emit: (event: ApplyEvent) => {
      events.push(event);
    },
  };
  return {
    host,
    wanted,
    events,
    async converge(settings = wanted) {
      const [outcome] = await apply(context, [{ topic: withKeysOf(topic, wanted), wanted: settings }]);
      if (outcome === undefined) throw new Error('no outcome');
      if (outcome.state === 'failed') throw new Error(outcome.error ?? 'failed');
      return outcome;
    },
    async diff(settings = wanted) {
      const [planned] = await plan(host, [{ topic: withKeysOf(topic, wanted), wanted: settings }]);
      if (planned === undefined) throw new Error('no plan');
      return planned.diff;
    },
  };
}

/** Returns the keys of what differs now. */
export const changedKeys = async (topic: TopicOnHost): Promise<string[]> =>
  (await topic.diff()).changes.map(({ key }) => key);

/** Asks about the keys of the whole topic even if fewer are wanted. Destroy asks like this, from Terraform's state. */
const withKeysOf = (topic: Topic, wanted: Settings): Topic => ({
  ...topic,
  kinds: topic.kinds.map((kind) => ({
    ...kind,
    facts: (keys, settings) => kind.facts([...new Set([...wanted.keys(), ...keys])], settings),
  })),
});
