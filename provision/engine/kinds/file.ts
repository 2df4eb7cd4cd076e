import { raw, sh } from '../../../lib/shell.ts';
import type { Fact, Kind } from '../kind.ts';
import { allAbsent, type Change, kindOf, nameOf, type Readings, type Settings, value } from '../setting.ts';
import type { Step } from '../step.ts';

/**
 * Whole files of Jernverk: `file/<path>` is the text, `mode/<path>` the permissions and owner. Jernverk never edits a
 * line of somebody else's file.
 */

interface FileOptions {
  /** Octal permissions. Default: `'0644'`. */
  readonly mode?: string;
  /** Default: `root:root`. */
  readonly owner?: string;
}

/** Returns the two settings of one file. */
export function fileSettings(path: string, content: string, options: FileOptions = {}): [string, string][] {
  return [
    [`file/${path}`, content],
    [`mode/${path}`, `${options.mode ?? '0644'} ${options.owner ?? 'root:root'}`],
  ];
}

const isFileKey = (key: string): boolean => kindOf(key) === 'file' || kindOf(key) === 'mode';

/** Reads text, permissions and owner of every file that the keys name, in one pass. */
export function fileFacts(keys: readonly string[]): Fact[] {
  const own = keys.filter(isFileKey);
  if (own.length === 0) return [];
  const paths = [...new Set(own.map(nameOf))];
  return [
    {
      keys: own,
      // One line per file: path, mode, owner, base64 of the text, separated by tabs. A missing file gives no line.
      command: raw(
        [
          `for path in ${sh`${paths}`.script}; do`,
          '  [ -e "$path" ] || continue',
          '  content=$(base64 -w0 "$path") || exit 1',
          String.raw`  printf '%s\t%s\t%s\n' "$path" "$(stat -c '0%a %U:%G' "$path")" "$content"`,
          'done',
        ].join('\n'),
      ),
      parse: (output) => parseFiles(output, own),
    },
  ];
}

function parseFiles(output: string, keys: readonly string[]): Readings {
  const readings = allAbsent(keys);
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const [path, mode, content] = line.split('\t');
    if (mode === undefined || content === undefined) throw new Error(`unexpected line: ${line.slice(0, 80)}`);
    for (const [key, reading] of [
      [`file/${path}`, value(Buffer.from(content, 'base64').toString('utf8'))],
      [`mode/${path}`, value(mode)],
    ] as const) {
      if (readings.has(key)) readings.set(key, reading);
    }
  }
  return readings;
}

/** Returns one write for each file whose text, permissions or owner differ, and one removal for each change to null. */
export function fileSteps(changes: readonly Change[], wanted: Settings): Step[] {
  const paths = new Set(changes.filter((change) => isFileKey(change.key)).map((change) => nameOf(change.key)));
  return [...paths].map((path): Step => {
    const content = wanted.get(`file/${path}`);
    if (content === undefined) return { kind: 'remove', path };
    const [mode = '0644', owner = 'root:root'] = wanted.get(`mode/${path}`)?.split(' ') ?? [];
    return { kind: 'write', path, content, mode, owner };
  });
}

export const fileKind: Kind = { prefixes: ['file', 'mode'], facts: fileFacts };
