import type { Opening } from '../../environment/openings.ts';

/**
 * The rules that let this opening in: one for everyone, or one per source, because overlapping sources do not fit in a
 * set.
 */
export function rulesFor({ port, protocol, from }: Opening): string[] {
  const rule = `${protocol} dport ${port} accept`;
  if (from.length === 0) return [rule];
  return from.map((source) => `${source.includes(':') ? 'ip6' : 'ip'} saddr ${source} ${rule}`);
}
