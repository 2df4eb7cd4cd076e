import { withLock } from '../lib/machine-lock.ts';
import { createHost } from './create.ts';
import { LabError } from './errors.ts';
import { destroyHost, processOf, startHost, stopHost } from './host-process.ts';
import { chooseKind, detectMachine, type LabKind } from './kind.ts';
import { removeNetwork } from './network.ts';
import { type Place, placeOf } from './place.ts';
import { checkSpec, type HostSpec } from './spec.ts';
import { runSsh, sshAnswers, sshArguments } from './ssh.ts';
import { type Connection, type HostState, hostFolder, hostNames, readConnection, readState } from './state.ts';

export interface LabOptions {
  /** Absolute path of the project directory; the lab's state is in `.jernverk` below it. */
  readonly project: string;
  /** Folder of the images, so that several projects can share them. Default: `.jernverk/images` of the project. */
  readonly images?: string;
  /** Default: the best kind for this machine. A host that exists keeps its kind. */
  readonly kind?: LabKind;
  /**
   * Makes the host from the image of another kind: a container on a qemu image can become a virtual machine, see
   * `labConvert`.
   */
  readonly imageKind?: LabKind;
  /** Called when something that takes long begins. */
  readonly progress?: (text: string) => void;
}

export interface LabHost {
  readonly name: string;
  readonly kind: LabKind;
  readonly debian: 12 | 13;
  readonly running: boolean;
  /** Null for a host whose creation did not finish. */
  readonly connection: Connection | null;
}

/** What `labUp` did to a host. */
export interface LabUpOutcome {
  readonly name: string;
  readonly did: 'nothing' | 'started' | 'created';
  readonly connection: Connection;
}

function checkSame(state: HostState, spec: HostSpec, kind: LabKind | undefined): void {
  const differs = (what: string, has: string | number, wanted: string | number): never => {
    const remedy = `"./jernverk lab down ${spec.name}" first, then up`;
    throw new LabError('LAB_INPUT', `lab host "${spec.name}" exists with ${what} ${has}, wanted ${wanted}: ${remedy}`);
  };
  if (kind !== undefined && kind !== state.kind) differs('kind', state.kind, kind);
  if (spec.debian !== state.spec.debian) differs('Debian', state.spec.debian, spec.debian);
}

/** Returns whether the host is up: its process lives and its SSH server responds. */
async function isUp(folder: string, state: HostState): Promise<boolean> {
  return (await processOf(folder, state)) !== null && (await sshAnswers(state.address, state.port));
}

async function upOne(place: Place, spec: HostSpec, options: LabOptions): Promise<LabUpOutcome> {
  const { name } = spec;
  const folder = hostFolder(place, name);
  const progress = (text: string): void => options.progress?.(`${name}: ${text}`);
  const state = readState(folder);
  if (state?.phase === 'made') {
    checkSame(state, spec, options.kind);
    const connection = readConnection(folder);
    if (connection !== null && (await isUp(folder, state))) return { name, did: 'nothing', connection };
    progress('start again');
    await startHost(place, folder, state);
    if (connection !== null) return { name, did: 'started', connection };
    throw new LabError('LAB_HOST', `${folder}/connection.json is missing: "./jernverk lab down ${name}" first`);
  }
  await destroyHost(place, folder, state);
  const kind = chooseKind(detectMachine(), options.kind);
  const made = await createHost(place, spec, kind, progress, options.imageKind);
  progress('boot');
  await startHost(place, folder, made.state);
  return { name, did: 'created', connection: made.connection };
}

/**
 * Makes missing hosts, starts those that do not run, and leaves the others alone. Returns when SSH responds on all of
 * them. Hosts come up at the same time. A host that an earlier run left half made is made from scratch.
 */
export async function labUp(specs: readonly HostSpec[], options: LabOptions): Promise<readonly LabUpOutcome[]> {
  for (const spec of specs) checkSpec(spec);
  const own = placeOf(options.project);
  const place = { ...own, images: options.images ?? own.images };
  return Promise.all(specs.map((spec) => withHostLock(place, spec.name, () => upOne(place, spec, options))));
}

const withHostLock = <T>(place: Place, name: string, work: () => Promise<T>): Promise<T> =>
  withLock(`${place.id}-host-${name}`, work);

/** Returns the state of a host. Throws an error that lists the existing hosts if there is none of this name. */
export async function requireHost(project: string, name: string): Promise<{ folder: string; state: HostState }> {
  const place = placeOf(project);
  const folder = hostFolder(place, name);
  const state = readState(folder);
  if (state !== null) return { folder, state };
  const names = await hostNames(place);
  const known = names.length === 0 ? 'the lab has no hosts' : `the lab has ${names.join(', ')}`;
  throw new LabError('LAB_INPUT', `no lab host "${name}": ${known}; "./jernverk lab up ${name}" makes it`);
}

export interface LabDownOptions {
  readonly project: string;
  /** Stop cleanly and keep disk, keys and address for the next `labUp`. */
  readonly keep?: boolean;
}

/** Ends the hosts and destroys them, or keeps their disks. The network is removed with the last one. */
export async function labDown(names: readonly string[], options: LabDownOptions): Promise<void> {
  const place = placeOf(options.project);
  await Promise.all(
    names.map((name) =>
      withHostLock(place, name, async () => {
        const folder = hostFolder(place, name);
        if (options.keep === true) await stopHost(place, folder, (await requireHost(options.project, name)).state);
        else await destroyHost(place, folder, readState(folder));
      }),
    ),
  );
  await removeNetwork(place, async () => {
    const left = (await labList(options.project)).filter((host) => host.kind === 'nspawn');
    return { running: left.some((host) => host.running), kept: left.length > 0 };
  });
}

async function describe(place: Place, name: string): Promise<LabHost | null> {
  const folder = hostFolder(place, name);
  const state = readState(folder);
  if (state === null) return null;
  return {
    name,
    kind: state.kind,
    debian: state.spec.debian,
    running: (await processOf(folder, state)) !== null,
    connection: readConnection(folder),
  };
}

export async function labList(project: string): Promise<readonly LabHost[]> {
  const place = placeOf(project);
  const hosts = await Promise.all((await hostNames(place)).map((name) => describe(place, name)));
  return hosts.filter((host) => host !== null);
}

/**
 * Runs a command (or a login shell if there is none) on this terminal with the OpenSSH client. Returns its exit code.
 */
export async function labExec(project: string, name: string, command: readonly string[]): Promise<number> {
  const { folder } = await requireHost(project, name);
  const connection = readConnection(folder);
  if (connection === null)
    throw new LabError('LAB_HOST', `lab host "${name}" is half made: "./jernverk lab up ${name}"`);
  return runSsh(sshArguments(connection, folder, command));
}
