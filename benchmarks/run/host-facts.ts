import { type Command, raw } from '../../lib/shell.ts';
import type { HostFacts } from '../result.ts';

/** Asked of a host once per run. Prints one line per fact: its name and its value, which may be empty. */
export const factsCommand: Command = raw(`one() { printf '%s\\t%s\\n' "$1" "$2"; }
. /etc/os-release
one kernel "$(uname -r)"
one debian "\${VERSION_ID:-unknown} (\${VERSION_CODENAME:-unknown})"
one cpuModel "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
one cores "$(nproc)"
one memory_kib "$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo)"
one virtualization "$(systemd-detect-virt || true)"
one uptime_s "$(cut -d ' ' -f 1 /proc/uptime)"
one tool:fio "$(fio --version 2>/dev/null || true)"
one tool:mtr "$(mtr --version 2>/dev/null || true)"
one tool:ss "$(ss --version 2>/dev/null || true)"
one tool:docker "$(docker --version 2>/dev/null || true)"
one tool:bash "$(bash --version 2>/dev/null | head -n 1)"`);

export interface Identity {
  readonly facts: HostFacts;
  /** Null if the host does not have the tool. */
  readonly tools: Readonly<Record<string, string | null>>;
}

/** Parses the output of `factsCommand`. */
export function parseFacts(name: string, text: string): Identity {
  const answers = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const tab = line.indexOf('\t');
      return tab === -1 ? [] : [[line.slice(0, tab), line.slice(tab + 1).trim()]];
    }),
  );
  const answer = (key: string): string => answers.get(key) || 'unknown';
  const number = (key: string): number => {
    const value = Number(answers.get(key) || Number.NaN);
    if (!Number.isFinite(value)) throw new Error(`could not read the host’s ${key}: ${JSON.stringify(text)}`);
    return value;
  };
  return {
    facts: {
      name,
      kernel: answer('kernel'),
      debian: answer('debian'),
      cpuModel: answer('cpuModel'),
      cores: number('cores'),
      memory_bytes: number('memory_kib') * 1024,
      virtualization: answer('virtualization'),
      uptime_s: number('uptime_s'),
    },
    tools: Object.fromEntries(
      [...answers]
        .filter(([key]) => key.startsWith('tool:'))
        .map(([key, version]) => [key.slice('tool:'.length), version || null]),
    ),
  };
}
