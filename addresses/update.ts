import { InputError } from '../lib/errors.ts';
import { sha256 } from '../lib/sha256.ts';
import { ageDays } from './age.ts';
import { type Delegated, parseDelegated } from './delegated.ts';
import { type Fetched, readFileOrUrl } from './fetch.ts';
import { parseMembers } from './members.ts';
import { seedDate } from './seed.ts';
import { readIndex, type StoredFile, type StoredIndex, store } from './store.ts';

/** What an update did. */
export type Updated =
  | { readonly kind: 'addresses'; readonly file: StoredFile; readonly disputed: number; readonly changed: boolean }
  | {
      readonly kind: 'members';
      readonly exchanges: readonly string[];
      readonly members: number;
      readonly from: string;
    };

/** A file that has less than this share of the earlier number of records is incomplete. */
const leastShare = 0.8;
/** A registry's day may have begun when it has not here. */
const mostDaysAhead = 1;

/**
 * Reads a registry's delegated statistics or an exchange's member export (IX-F JSON), checks it, and keeps it below
 * `.jernverk/addresses`. From then on it replaces the data that came with Jernverk. If the file is damaged, truncated,
 * older than the stored one or dated in the future, it is refused and nothing changes.
 *
 * Throws InputError ADDRESS_DATA… or ADDRESS_STORE.
 *
 * @param fileOrUrl plain or gzip
 */
export async function updateAddresses(root: string, fileOrUrl: string, now: Date = new Date()): Promise<Updated> {
  const fetched = await readFileOrUrl(fileOrUrl);
  const text = fetched.content.toString('utf8');
  const index = await readIndex(root);
  return text.trimStart().startsWith('{')
    ? addMembers(root, fileOrUrl, fetched, index, now)
    : addDelegated(root, fileOrUrl, fetched, index, now);
}

async function addDelegated(
  root: string,
  from: string,
  fetched: Fetched,
  index: StoredIndex,
  now: Date,
): Promise<Updated> {
  const data = parseDelegated(fetched.content.toString('utf8'), from);
  const file: StoredFile = {
    registry: data.registry,
    serial: data.serial,
    date: data.date.toISOString(),
    records: data.records,
    sha256: sha256(fetched.content),
    from,
    checksum: fetched.checksum,
    addedAt: now.toISOString(),
  };
  const before = index.files.find(({ registry }) => registry === data.registry);
  if (before?.sha256 === file.sha256)
    return { kind: 'addresses', file: before, disputed: data.disputed.length, changed: false };
  refuseOlder(from, data, before, now);
  const others = index.files.filter(({ registry }) => registry !== data.registry);
  const files = [...others, file].sort((a, b) => a.registry.localeCompare(b.registry, 'en'));
  await store(root, fetched.content, { ...index, files });
  return { kind: 'addresses', file, disputed: data.disputed.length, changed: true };
}

function refuseOlder(from: string, { date, records }: Delegated, before: StoredFile | undefined, now: Date): void {
  const given = day(date);
  const known = before === undefined ? seedDate : new Date(before.date);
  const hint = 'the existing address data stays in use';
  if (date < known) {
    const what = before === undefined ? 'what came with Jernverk is' : 'what is stored is';
    throw new InputError(
      'ADDRESS_DATA_OLDER',
      `${from}: expected data from ${day(known)}, as ${what}, or newer, given ${given}`,
      { hint },
    );
  }
  if (ageDays(date, now) < -mostDaysAhead) {
    throw new InputError('ADDRESS_DATA', `${from}: expected data of today, ${day(now)}, or before, given ${given}`, {
      hint: 'look at the clock of this machine',
    });
  }
  if (before !== undefined && records < before.records * leastShare) {
    throw new InputError(
      'ADDRESS_DATA_CUT_OFF',
      `${from}: expected about ${before.records} records, as on ${day(known)}, and there are ${records}`,
      { hint },
    );
  }
}

/** Keeps one export per address or path. An exchange that has two gives both. */
async function addMembers(
  root: string,
  from: string,
  fetched: Fetched,
  index: StoredIndex,
  now: Date,
): Promise<Updated> {
  const { exchanges, members } = parseMembers(fetched.content.toString('utf8'), from);
  const others = index.members.filter((entry) => entry.from !== from);
  const entry = { sha256: sha256(fetched.content), from, addedAt: now.toISOString() };
  const all = [...others, entry].sort((a, b) => a.from.localeCompare(b.from, 'en'));
  await store(root, fetched.content, { ...index, members: all });
  return { kind: 'members', exchanges: exchanges.map(({ name }) => name), members: members.length, from };
}

const day = (date: Date): string => date.toISOString().slice(0, 10);
