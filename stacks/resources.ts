import { Lazy, TerraformProvider, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { Settings } from '../provision/engine/setting.ts';
import type { TopicName } from '../provision/engine/topic.ts';
import { providerSource, providerVersion } from '../provision/terraform/install.ts';
import { providerName, resourceTypeOf } from '../provision/terraform/schema.ts';

export interface JernverkProviderProps {
  /** Name or path of the environment, as `--env` takes it. */
  readonly environment: string;
  /** Absolute path of the project, where `.jernverk/` is. */
  readonly root: string;
}

/** The provider block of a stack. It gives the provider all keys of the stack, so that one round trip reads a host. */
export class JernverkProvider extends TerraformProvider {
  readonly #props: JernverkProviderProps;
  readonly #keys = new Map<string, Map<TopicName, readonly string[]>>();

  constructor(scope: Construct, props: JernverkProviderProps) {
    super(scope, providerName, {
      terraformResourceType: providerName,
      terraformProviderSource: providerSource,
      terraformGeneratorMetadata: { providerName, providerVersion, providerVersionConstraint: providerVersion },
    });
    this.#props = props;
  }

  /** Called by each topic's resource. */
  expect(host: string, topic: TopicName, keys: Iterable<string>): void {
    const topics = this.#keys.get(host) ?? new Map<TopicName, readonly string[]>();
    this.#keys.set(host, topics.set(topic, [...keys]));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      environment: literal(this.#props.environment),
      root: literal(this.#props.root),
      keys: Lazy.anyValue({ produce: () => this.#keysAsObject() }),
    };
  }

  #keysAsObject(): object {
    const ofHost = (topics: ReadonlyMap<TopicName, readonly string[]>) =>
      Object.fromEntries([...topics].map(([topic, keys]) => [topic, keys.map(literal)]));
    return Object.fromEntries([...this.#keys].map(([host, topics]) => [host, ofHost(topics)]));
  }
}

export interface TopicResourceProps {
  readonly provider: JernverkProvider;
  /** Name of the host in the environment. Another host replaces the resource. */
  readonly host: string;
  readonly topic: TopicName;
  /** Everything that is wanted. Whatever an earlier deploy set and is not here any more is removed. */
  readonly settings: Settings;
  /** The topic that must be done first. None by default. */
  readonly after?: TopicResource;
}

/** A resource as it is in Terraform's state. */
export interface StateEntry {
  readonly type: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Addresses of all resources that come before it. */
  readonly dependencies: readonly string[];
}

/** One topic of one host: `jernverk_kernel.forge`. */
export class TopicResource extends TerraformResource {
  readonly #props: TopicResourceProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: TopicResourceProps) {
    super(scope, id, {
      terraformResourceType: resourceTypeOf(props.topic),
      terraformGeneratorMetadata: { providerName, providerVersionConstraint: providerVersion },
      provider: props.provider,
      ...(props.after === undefined ? {} : { dependsOn: [props.after] }),
    });
    this.#props = props;
    props.provider.expect(props.host, props.topic, props.settings.keys());
    this.#name = `${props.host}-${props.topic}`;
    this.overrideLogicalId(this.#name);
  }

  /**
   * Returns what is wanted, as if the host had it. Terraform asks the host before it plans and replaces this with what
   * the host has. Only a setting that the host cannot have stays, so that it is not a difference.
   */
  stateEntry(): StateEntry {
    const { host, topic, settings, after } = this.#props;
    return {
      type: this.terraformResourceType,
      name: this.#name,
      attributes: { host, id: `${host}/${topic}`, settings: Object.fromEntries(settings) },
      dependencies: after === undefined ? [] : [...after.stateEntry().dependencies, after.#address],
    };
  }

  get #address(): string {
    return `${this.terraformResourceType}.${this.#name}`;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { host, settings } = this.#props;
    return {
      host,
      settings: Object.fromEntries([...settings].map(([key, text]) => [literal(key), literal(text)])),
    };
  }
}

/**
 * Escapes a text so that Terraform takes it literally. In its JSON syntax a dollar or per cent sign before a brace
 * begins a template.
 */
export const literal = (text: string): string => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
