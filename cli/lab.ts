import type { LabKind } from '../lab/kind.ts';
import { type LabHost, type LabUpOutcome, labDown, labExec, labList, labUp } from '../lab/lab.ts';
import { defaultSpec, type HostSpec } from '../lab/spec.ts';
import { InputError } from '../lib/errors.ts';
import { note, say, sayJson } from '../lib/terminal.ts';
import { loadEnvironment } from '../provision/environment/load.ts';
import { size } from '../provision/environment/units.ts';
import { labSpecOf } from '../provision/fleet/lab-hosts.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './project.ts';

type Options = Invocation['options'];

function readKind(options: Options): LabKind | undefined {
  const { kind } = options;
  if (kind === undefined || kind === 'nspawn' || kind === 'qemu') return kind;
  throw new InputError('LAB_KIND', `--kind: expected nspawn or qemu, given ${kind}`);
}

function readDebian(options: Options): 12 | 13 | undefined {
  const { debian } = options;
  if (debian === undefined) return undefined;
  if (debian === '12') return 12;
  if (debian === '13') return 13;
  throw new InputError('LAB_DEBIAN', `--debian: expected 12 or 13, given ${debian}`);
}

function readMemory(options: Options): number | undefined {
  if (options.memory === undefined) return undefined;
  const parsed = size.safeParse(options.memory);
  if (parsed.success) return parsed.data.bytes;
  throw new InputError('LAB_MEMORY', `--memory: expected a size such as "4 GB", given ${options.memory}`);
}

/**
 * Returns the spec of a host that is in no environment: by the options, else with the release of the lab's host, else
 * by default.
 */
function specByName(name: string, existing: readonly LabHost[], options: Options): HostSpec {
  const base = defaultSpec(name);
  const debian = readDebian(options) ?? existing.find((host) => host.name === name)?.debian ?? base.debian;
  return { ...base, debian, memoryBytes: readMemory(options) ?? base.memoryBytes };
}

async function specsFor(invocation: Invocation, project: string): Promise<readonly HostSpec[]> {
  const environment = await loadEnvironment(invocation.environment, project);
  const own = environment.hosts.filter((host) => host.ssh === undefined);
  const { rest, options } = invocation;
  if (rest.length === 0 && own.length > 0) return own.map(labSpecOf);
  if (rest.length === 0) {
    const hint = 'to make another host, name it: ./jernverk lab up NAME';
    throw new InputError('LAB_NO_HOST', `every host of environment ${environment.name} is a real one`, { hint });
  }
  const real = environment.hosts.filter((host) => host.ssh !== undefined && rest.includes(host.name));
  if (real.length > 0) {
    const names = real.map((host) => host.name).join(', ');
    throw new InputError('LAB_REAL_HOST', `${names}: a real host of environment ${environment.name}, not one to make`, {
      hint: 'give the local host another name',
    });
  }
  const existing = await labList(project);
  return [...new Set(rest)].map((name) => {
    const host = own.find((candidate) => candidate.name === name);
    return host === undefined ? specByName(name, existing, options) : labSpecOf(host);
  });
}

const said = { nothing: 'is up', started: 'started again', created: 'is up, new' } as const;

function upLine({ name, did, connection }: LabUpOutcome): string {
  return `${name} ${said[did]}: ${connection.user}@${connection.address} port ${connection.port}`;
}

export async function labUpCommand(invocation: Invocation): Promise<number> {
  const project = projectRoot();
  const kind = readKind(invocation.options);
  const specs = await specsFor(invocation, project);
  const outcomes = await labUp(specs, {
    project,
    ...(kind !== undefined && { kind }),
    progress: note,
  });
  if (invocation.json) sayJson(outcomes);
  else say(...outcomes.map(upLine));
  return 0;
}

export async function labDownCommand(invocation: Invocation): Promise<number> {
  const project = projectRoot();
  const existing = (await labList(project)).map((host) => host.name);
  const unknown = invocation.rest.filter((name) => !existing.includes(name));
  if (unknown.length > 0) {
    const hint = existing.length === 0 ? 'the lab has no hosts' : `it has ${existing.join(', ')}`;
    throw new InputError('LAB_UNKNOWN_HOST', `the lab has no host named ${unknown.join(', ')}`, { hint });
  }
  const names = invocation.rest.length === 0 ? existing : invocation.rest;
  const keep = invocation.options.keep === true;
  await labDown(names, { project, keep });
  if (invocation.json) sayJson({ hosts: names, kept: keep }, 0);
  else say(...names.map((name) => `${name} ${keep ? 'is shut down, its disk is kept' : 'is gone'}`));
  return 0;
}

function listLine(host: LabHost): string {
  const state = host.running ? 'running' : 'stopped';
  const where = host.connection === null ? 'half made' : `${host.connection.address} port ${host.connection.port}`;
  return `${host.name.padEnd(16)} Debian ${host.debian}  ${host.kind.padEnd(6)}  ${state}  ${where}`;
}

export async function labListCommand(invocation: Invocation): Promise<number> {
  const hosts = await labList(projectRoot());
  if (invocation.json) sayJson(hosts);
  else say(...(hosts.length === 0 ? ['no lab hosts'] : hosts.map(listLine)));
  return 0;
}

const namedHost = (invocation: Invocation): string => invocation.arguments.host ?? '';

export const labShellCommand = (invocation: Invocation): Promise<number> =>
  labExec(projectRoot(), namedHost(invocation), []);

export const labExecCommand = (invocation: Invocation): Promise<number> =>
  labExec(projectRoot(), namedHost(invocation), invocation.rest);
