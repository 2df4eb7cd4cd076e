/**
 * Who may import whom: each room names the rooms below it, and a name stands for all rooms in it. A file belongs to the
 * longest room that its path begins with; it may import its own room.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  'platform/contract': ['lib'],
  'platform/runtime': ['lib', 'platform/contract'],
  'platform/build': ['lib', 'platform/contract'],
  workers: ['lib', 'platform/contract', 'platform/runtime'],
  addresses: ['lib'],
  pages: ['lib'],
  lab: ['lib'],
  'provision/environment': ['lib', 'platform/contract'],
  'provision/ssh': ['lib', 'provision/environment'],
  'provision/engine': ['lib', 'platform/contract', 'platform/build', 'provision/environment', 'provision/ssh'],
  'provision/topics': ['lib', 'platform', 'addresses', 'provision/environment', 'provision/engine'],
  'provision/fleet': ['lib', 'platform', 'lab', 'provision'],
  'provision/terraform': ['lib', 'platform', 'provision'],
  stacks: ['lib', 'platform', 'provision'],
  benchmarks: ['lib', 'platform', 'addresses', 'pages', 'lab', 'provision'],
  audit: ['lib', 'platform', 'addresses', 'pages', 'provision', 'benchmarks'],
  cli: ['lib', 'platform', 'addresses', 'pages', 'lab', 'provision', 'stacks', 'benchmarks', 'audit'],
  scripts: ['provision/environment'],
};

/** What only some rooms or files may import, a file of ours or a package, and what the others do instead. */
export interface Reserved {
  readonly what: RegExp;
  readonly by: readonly string[];
  readonly instead: string;
}

export const reserved: readonly Reserved[] = [
  {
    what: /^node-ssh$/,
    by: ['provision/ssh/connect.ts'],
    instead: 'it alone checks the pinned host key and keeps to one connection a host: take a Host',
  },
  { what: /^ssh2(\/|$)/, by: ['provision/ssh'], instead: 'it checks the pinned host key: take a Host' },
  {
    what: /^(cdktf|constructs|@cdktf)(\/|$)/,
    by: ['stacks'],
    instead: 'CDKTF is archived, and a later swap must be a change in one folder: pass plain values to stacks/',
  },
  {
    what: /^handlebars$/,
    by: ['provision/engine/render.ts'],
    instead: 'a missing value is an error there, and nothing is escaped: use render, in a topic',
  },
  {
    what: /^provision\/engine\/render\.ts$/,
    by: ['provision/topics'],
    instead: 'templates are rendered where a topic says what it wants, so that diff sees the text: render there',
  },
  {
    what: /^provision\/engine\/(gather|plan|apply|take-steps|upload)\.ts$/,
    by: ['provision/engine', 'provision/fleet', 'provision/terraform', 'stacks', 'benchmarks', 'audit', 'cli'],
    instead: 'a topic is pure: it returns commands and steps as values, and others run them',
  },
];

const isIn = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

/** The room of a file or folder. Null if it is in none. */
export const roomOf = (path: string): string | null =>
  Object.keys(rooms)
    .filter((room) => isIn(path, room))
    .sort((a, b) => b.length - a.length)[0] ?? null;

/** Why this file may not import that, a path in the project or the name of a package. Null if it may. */
export function refusal(file: string, imported: string, isPackage: boolean): string | null {
  const [from, to] = [roomOf(file), isPackage ? null : roomOf(imported)];
  if (from === null || (to === null && !isPackage))
    return `${from === null ? file : imported} is in no room: name it in test/ci/rooms.ts`;
  const below = rooms[from] ?? [];
  if (to !== null && from !== to && !below.some((room) => isIn(to, room)))
    return `${file} imports ${imported}, and ${from} may import ${below.join(', ') || 'nothing of ours'} only: move what both need into a room below, or pass it as a value`;
  const rule = reserved.find(({ what }) => what.test(imported));
  if (rule === undefined || rule.by.some((room) => isIn(file, room))) return null;
  return `${file} imports ${imported}, which is for ${rule.by.join(', ')}: ${rule.instead}`;
}
