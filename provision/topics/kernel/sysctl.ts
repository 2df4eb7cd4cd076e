import { quote, raw, sh } from '../../../lib/shell.ts';
import type { Fact } from '../../engine/kind.ts';
import {
  type Change,
  changesOf,
  keysOf,
  nameOf,
  notApplicable,
  type Reading,
  type Readings,
  value,
} from '../../engine/setting.ts';
import type { Step } from '../../engine/step.ts';
import { sysctlFile, sysctls } from './values.ts';

const pathOf = (key: string): string => `/proc/sys/${nameOf(key).replaceAll('.', '/')}`;

/** The values of the running kernel. In a container, all but the network's own belong to the outer machine. */
export function sysctlFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'sysctl');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`container=no
! systemd-detect-virt --quiet --container || container=yes
for path in ${sh`${own.map(pathOf)}`.script}; do
  if [ ! -e "$path" ]; then echo missing
  elif [ $container = yes ] && [ ! -w "$path" ]; then echo foreign
  else printf 'value '; cat "$path" || exit 1
  fi
done`),
      parse: (output) => parseSysctls(output, own),
    },
  ];
}

function parseSysctls(output: string, keys: readonly string[]): Readings {
  const answers = output.trim().split('\n');
  if (answers.length !== keys.length) throw new Error(`asked for ${keys.length} values, got ${answers.length}`);
  return new Map(keys.map((key, index) => [key, readingOf(answers[index] ?? '')]));
}

function readingOf(answer: string): Reading {
  if (answer === 'missing') return notApplicable('this kernel has no such setting');
  if (answer === 'foreign') return notApplicable('in a container this belongs to the kernel of the outer machine');
  // The kernel separates the fields of a value with tabs, people and files do so with blanks.
  return value(
    answer
      .replace(/^value /, '')
      .trim()
      .replace(/\s+/g, ' '),
  );
}

/** Puts values into the running kernel. The file alone would take effect only at the next boot. */
export function sysctlSteps(changes: readonly Change[]): Step[] {
  const own = changesOf(changes, 'sysctl').filter((change) => change.to !== null);
  if (own.length === 0) return [];
  const writes = own.map((change) => `echo ${quote(change.to ?? '')} > ${quote(pathOf(change.key))}`);
  return [
    {
      kind: 'run',
      title: own.length === 1 ? `set ${nameOf(own[0]?.key ?? '')}` : `set ${own.length} kernel values`,
      command: raw(writes.join('\n')),
    },
  ];
}

/** Where systemd-sysctl looks. Of two files with one name, the one in the earlier folder counts (sysctl.d(5)). */
const folders = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d'];
const conflictKey = 'sysctl-at-boot/conflicts';

/**
 * Files are read in the order of their names, and the last value counts. A file after ours with another value would win
 * at the next boot. It belongs to somebody else, so we name it and do not touch it.
 */
export function conflictFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes(conflictKey)) return [];
  return [
    {
      keys: [conflictKey],
      command: raw(`for path in ${folders.map((folder) => `${folder}/*.conf`).join(' ')}; do
  [ -r "$path" ] || continue
  echo "file $path"
  sed -n 's/^[[:space:]]*-\\{0,1\\}\\([a-z][^#;=]*\\)=[[:space:]]*\\(.*\\)$/set \\1=\\2/p' "$path" || exit 1
done`),
      parse: (output) => new Map([[conflictKey, judgeConflicts(output)]]),
    },
  ];
}

function judgeConflicts(output: string): Reading {
  const ours = new Map(sysctls.map(({ key, value: text }) => [key, text]));
  const later = readFiles(output).filter(({ name }) => name > nameOfFile(sysctlFile));
  const conflicts = later.flatMap(({ path, settings }) =>
    settings
      .filter(([key, text]) => ours.has(key) && ours.get(key) !== text)
      .map(([key, text]) => `${path} sets ${key} = ${text}`),
  );
  return value(conflicts.length === 0 ? 'none' : conflicts.join('; '));
}

interface SysctlFile {
  readonly name: string;
  readonly path: string;
  readonly settings: readonly (readonly [string, string])[];
}

const nameOfFile = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function readFiles(output: string): SysctlFile[] {
  const files = new Map<string, SysctlFile>();
  for (const part of output.split(/^file /m).slice(1)) {
    const [path = '', ...lines] = part.trim().split('\n');
    const settings = lines.map((line) => {
      const [key = '', ...rest] = line.replace(/^set /, '').split('=');
      return [key.trim().replaceAll('/', '.'), rest.join('=').trim().replace(/\s+/g, ' ')] as const;
    });
    if (!files.has(nameOfFile(path))) files.set(nameOfFile(path), { name: nameOfFile(path), path, settings });
  }
  return [...files.values()];
}

/**
 * Only the file's owner can settle it, so the deploy says what is in the way and fails, after everything else is done.
 */
export function conflictSteps(changes: readonly Change[]): Step[] {
  const conflict = changes.find((change) => change.key === conflictKey && change.to !== null);
  if (conflict === undefined) return [];
  const message = `after the next boot other files win over ${sysctlFile}: ${conflict.from}; take the line out there`;
  return [{ kind: 'run', title: 'look for conflicting sysctl files', command: sh`echo ${message} >&2; exit 1` }];
}
