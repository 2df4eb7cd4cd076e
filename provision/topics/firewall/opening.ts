import type { Opening } from '../../environment/openings.ts';

/** The rules that let this opening in: one for everyone, or one a source, since sources that overlap fit in no set. */
export function rulesFor({ port, protocol, from }: Opening): string[] {
  const rule = `${protocol} dport ${port} accept`;
  if (from.length === 0) return [rule];
  return from.map((source) => `${source.includes(':') ? 'ip6' : 'ip'} saddr ${source} ${rule}`);
}
