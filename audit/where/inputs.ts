import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Geofeed, parseGeofeed } from '../../addresses/geofeed.ts';
import type { LoadedAddressBook } from '../../addresses/lookup.ts';
import { type MemberExport, parseMembers } from '../../addresses/members.ts';
import { readIndex, readStored } from '../../addresses/store.ts';
import { readRuns, runsFolder } from '../../benchmarks/run/store.ts';
import { InputError, messageOf } from '../../lib/errors.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { Physics } from './location.ts';

/** What the checks about a host's location use, in addition to the host's own answers. */
export interface LocationInputs {
  readonly addresses: LoadedAddressBook;
  /** Null if none is configured. */
  readonly geofeed: Geofeed | null;
  /** Empty if none is configured. */
  readonly members: readonly MemberExport[];
  /** By host. A host without a measurement is missing. */
  readonly physics: ReadonlyMap<string, Physics>;
}

/** Reads only files of this machine and contacts nobody. */
export async function loadLocationInputs(
  root: string,
  environment: Environment,
  addresses: LoadedAddressBook,
): Promise<LocationInputs> {
  const { geofeed, nixMembers } = environment.audit.network;
  return {
    addresses,
    geofeed: geofeed === undefined ? null : parseGeofeed(await readGiven(root, geofeed, 'geofeed'), geofeed),
    members:
      nixMembers === undefined
        ? await storedMembers(root)
        : [parseMembers(await readGiven(root, nixMembers, 'nixMembers'), nixMembers)],
    physics: await measured(root, environment),
  };
}

async function readGiven(root: string, file: string, key: string): Promise<string> {
  try {
    return await readFile(resolve(root, file), 'utf8');
  } catch (cause) {
    throw new InputError('AUDIT_FILE', `audit.network.${key}: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

async function storedMembers(root: string): Promise<MemberExport[]> {
  const { members } = await readIndex(root);
  return Promise.all(members.map(async ({ sha256, from }) => parseMembers(await readStored(root, sha256), from)));
}

/** The newest run of each host that measured the network. */
async function measured(root: string, { name, hosts }: Environment): Promise<Map<string, Physics>> {
  const found = await Promise.all(
    hosts.map(async (host): Promise<[string, Physics][]> => {
      const runs = await readRuns(runsFolder(root, name, host.name));
      const run = runs.findLast(({ network }) => (network?.data?.cities.length ?? 0) > 0);
      const cities = run?.network?.data?.cities ?? [];
      if (run === undefined) return [];
      const coded = cities.map(({ city, country, excluded }) => ({ name: city, country: codeOf(country), excluded }));
      return [[host.name, { at: run.startedAt, cities: coded }]];
    }),
  );
  return new Map(found.flat());
}

/** Country codes for the names in benchmarks/network/cities.ts. */
const codes: ReadonlyMap<string, string> = new Map([
  ['Norway', 'NO'],
  ['Sweden', 'SE'],
  ['Denmark', 'DK'],
  ['Finland', 'FI'],
  ['Estonia', 'EE'],
  ['Germany', 'DE'],
  ['Netherlands', 'NL'],
  ['United Kingdom', 'GB'],
  ['Ireland', 'IE'],
  ['France', 'FR'],
  ['Poland', 'PL'],
  ['Switzerland', 'CH'],
]);

export function codeOf(country: string): string {
  const code = codes.get(country);
  if (code === undefined) throw new Error(`no country code is known for ${country}`);
  return code;
}
