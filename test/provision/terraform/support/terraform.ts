import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { installProvider, providerSource, providerVersion } from '../../../../provision/terraform/install.ts';
import { literal } from '../../../../stacks/resources.ts';
import { textLoaders } from '../../../support/text-files.ts';

const onPath = (name: string): string[] =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((file) => existsSync(file))
    .slice(0, 1);

/** Terraform and OpenTofu, those of them that this machine has, and the one that `jernverk` has fetched. */
export const programs = [...new Set([...onPath('terraform'), ...onPath('tofu'), ...fetched()])];

function fetched(): string[] {
  const name = process.env.TERRAFORM_BINARY_NAME;
  return name?.includes('/') ? [name] : [];
}

export interface Output {
  readonly exitCode: number;
  readonly text: string;
}

export interface Running {
  readonly output: Promise<Output>;
  /** What it has printed so far. */
  printed(): string;
  /** Ctrl-C: the signal reaches the provider too. */
  interrupt(): void;
}

type Topics = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface ConfigureOptions {
  readonly host?: string;
  /** A key whose value is known only after another resource was applied. */
  readonly later?: string;
}

/** A folder with a configuration of one fake host, where Terraform runs. */
export class Workspace {
  readonly folder: string;
  readonly #program: string;

  constructor(folder: string, program: string) {
    this.folder = folder;
    this.#program = program;
  }

  run(...args: readonly string[]): Promise<Output> {
    return this.start(...args).output;
  }

  /** Runs on, in a process group of its own, as in a terminal. */
  start(...args: readonly string[]): Running {
    const env = {
      PATH: process.env.PATH,
      HOME: this.folder,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      JERNVERK_PROVIDER: join(this.folder, 'provider.mjs'),
    };
    const child = spawn(this.#program, [...args, '-no-color'], { cwd: this.folder, env, detached: true });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data));
    const output = once(child, 'close').then(([exitCode]) => ({ exitCode, text: unwrap(text) }));
    const interrupt = (): void => void process.kill(-(child.pid ?? 0), 'SIGINT');
    return { output, printed: () => text, interrupt };
  }

  async writeHost(host: string, content: object): Promise<void> {
    await writeFile(join(this.folder, `${host}.json`), JSON.stringify(content));
  }

  async readHost(host: string): Promise<unknown> {
    return JSON.parse(await readFile(join(this.folder, `${host}.json`), 'utf8'));
  }

  async removeHost(host: string): Promise<void> {
    await rm(join(this.folder, `${host}.json`));
  }

  /** An empty map heals all. */
  async breakTopics(host: string, faults: Readonly<Record<string, string>>): Promise<void> {
    await writeFile(join(this.folder, `${host}.faults.json`), JSON.stringify(faults));
  }

  /** What a plan hears of settings that are not there yet. */
  async foretell(host: string, readings: Readonly<Record<string, string>>): Promise<void> {
    await writeFile(join(this.folder, `${host}.foreseen.json`), JSON.stringify(readings));
  }

  /** Changes of the host wait until the function that this answers is called. */
  async holdHost(host: string): Promise<() => Promise<void>> {
    const file = join(this.folder, `${host}.hold`);
    await writeFile(file, '');
    return () => rm(file);
  }

  /** The round trips since the last call. */
  async trips(host: string): Promise<string[]> {
    const trips = await this.peekTrips(host);
    await rm(join(this.folder, `${host}.log`), { force: true });
    return trips;
  }

  async peekTrips(host: string): Promise<string[]> {
    const text = await readFile(join(this.folder, `${host}.log`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** Topics of one host, `forge` unless said otherwise, each after the one before it, as a host stack has them. */
  async configure(topics: Topics, { host = 'forge', later }: ConfigureOptions = {}): Promise<void> {
    const names = Object.keys(topics);
    const resource = Object.fromEntries(
      names.map((topic, index) => {
        const before = names[index - 1];
        const order = before === undefined ? {} : { depends_on: [`jernverk_${before}.forge`] };
        return [`jernverk_${topic}`, { forge: { host, settings: settingsOf(topics[topic] ?? {}, later), ...order } }];
      }),
    );
    const keys = Object.fromEntries(names.map((topic) => [topic, Object.keys(topics[topic] ?? {})]));
    const configuration = {
      terraform: { required_providers: { jernverk: { source: providerSource, version: providerVersion } } },
      provider: { jernverk: [{ environment: 'local.yaml', root: this.folder, keys: { [host]: keys } }] },
      resource: { ...resource, ...(later === undefined ? {} : { terraform_data: { later: {} } }) },
    };
    await writeFile(join(this.folder, 'cdk.tf.json'), JSON.stringify(configuration));
  }

  async settings(topic: string): Promise<unknown> {
    const state: { resources: { type: string; instances: { attributes: { settings: unknown } }[] }[] } = JSON.parse(
      await readFile(join(this.folder, 'terraform.tfstate'), 'utf8'),
    );
    return state.resources.find(({ type }) => type === `jernverk_${topic}`)?.instances[0]?.attributes.settings;
  }

  /** Another folder with the same state and hosts. The configuration names its folder, so it is to be written anew. */
  async copy(): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), 'jernverk-terraform-'));
    await cp(this.folder, folder, { recursive: true, verbatimSymlinks: true });
    return new Workspace(folder, this.#program);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

export async function openWorkspace(program: string): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-terraform-'));
  await bundleProvider(join(folder, 'provider.mjs'));
  await installProvider(folder);
  return new Workspace(folder, program);
}

export async function bundleProvider(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'fake-provider.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    loader: textLoaders,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}

const settingsOf = (settings: Readonly<Record<string, string>>, later: string | undefined): object =>
  Object.fromEntries(
    Object.entries(settings).map(([key, text]) => [
      literal(key),
      key === later ? `\${terraform_data.later.id}` : literal(text),
    ]),
  );

/** Terraform draws a frame around a diagnostic and breaks its lines at the width of the terminal. */
const unwrap = (text: string): string => text.replaceAll(/^[│╷╵] ?/gm, '');
