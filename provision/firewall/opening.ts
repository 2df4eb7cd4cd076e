import { isIP } from 'node:net';
import type { Environment } from '../environment.ts';

type Opening = Environment['firewall']['open'][number];

interface Network {
  readonly family: 'ip' | 'ip6';
  readonly text: string;
}

const bits = { ip: 32, ip6: 128 } as const;

/** @throws Error where the text is no network: it goes into the rules, so nothing else may pass. */
function parseNetwork(text: string): Network {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  const family = version === 4 ? 'ip' : 'ip6';
  const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits[family]);
  if (version === 0 || address.includes('%') || !prefixFits || more.length > 0) {
    throw new Error(`firewall.open: from: expected a network such as 192.0.2.0/24 or 2001:db8::/32, got ${text}`);
  }
  return { family, text };
}

/** The rules that let this opening in: one for everyone, or one a source, since sources that overlap fit in no set. */
export function rulesFor({ port, protocol, from }: Opening): string[] {
  const rule = `${protocol} dport ${port} accept`;
  if (from.length === 0) return [rule];
  return from.map(parseNetwork).map(({ family, text }) => `${family} saddr ${text} ${rule}`);
}
