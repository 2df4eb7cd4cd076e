import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { installProvider, providerSource, providerVersion } from '../../../provision/terraform/install.ts';

/** Terraform and OpenTofu, those of them that this machine has. */
export const programs = ['terraform', 'tofu'].filter((name) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name))),
);

export interface Output {
  readonly exitCode: number;
  readonly text: string;
}

/** A folder with a configuration of one fake host, where Terraform runs. */
export class Workspace {
  readonly folder: string;
  readonly #program: string;

  constructor(folder: string, program: string) {
    this.folder = folder;
    this.#program = program;
  }

  async run(...args: readonly string[]): Promise<Output> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      JERNVERK_PROVIDER: join(this.folder, 'provider.mjs'),
    };
    return new Promise((resolve) => {
      execFile(this.#program, [...args, '-no-color'], { cwd: this.folder, env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), text: unwrap(`${stdout}${stderr}`) });
      });
    });
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

  /** `null` heals all. */
  async breakTopics(host: string, faults: Readonly<Record<string, string>>): Promise<void> {
    await writeFile(join(this.folder, `${host}.faults.json`), JSON.stringify(faults));
  }

  /** The round trips since the last call. */
  async trips(host: string): Promise<string[]> {
    const file = join(this.folder, `${host}.log`);
    const text = await readFile(file, 'utf8').catch(() => '');
    await rm(file, { force: true });
    return text.split('\n').filter((line) => line !== '');
  }

  /** Settings of `forge`, topic by topic, each topic after the one before it, as a host stack has them. */
  async configure(
    topics: Readonly<Record<string, Readonly<Record<string, string>>>>,
    extra: object = {},
  ): Promise<void> {
    const names = Object.keys(topics);
    const resource = Object.fromEntries(
      names.map((topic, index) => {
        const before = names[index - 1];
        const order = before === undefined ? {} : { depends_on: [`jernverk_${before}.forge`] };
        return [`jernverk_${topic}`, { forge: { host: 'forge', settings: topics[topic], ...order } }];
      }),
    );
    const keys = Object.fromEntries(names.map((topic) => [topic, Object.keys(topics[topic] ?? {})]));
    const configuration = {
      terraform: { required_providers: { jernverk: { source: providerSource, version: providerVersion } } },
      provider: { jernverk: [{ environment: 'local.yaml', root: this.folder, keys: { forge: keys } }] },
      resource,
      ...extra,
    };
    await writeFile(join(this.folder, 'cdk.tf.json'), JSON.stringify(configuration));
  }

  async settings(topic: string): Promise<unknown> {
    const state: { resources: { type: string; instances: { attributes: { settings: unknown } }[] }[] } = JSON.parse(
      await readFile(join(this.folder, 'terraform.tfstate'), 'utf8'),
    );
    return state.resources.find(({ type }) => type === `jernverk_${topic}`)?.instances[0]?.attributes.settings;
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

async function bundleProvider(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'fake-provider.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    loader: { '.proto': 'text' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}

/** Terraform draws a frame around a diagnostic and breaks its lines at the width of the terminal. */
const unwrap = (text: string): string => text.replaceAll(/^[│╷╵] ?/gm, '');
