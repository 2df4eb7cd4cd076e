import { isIP } from 'node:net';
import type { Environment } from '../environment.ts';

type Opening = Environment['firewall']['open'][number];

interface Network {
  readonly family: 'ip' | 'ip6';
  readonly text: string;
}

const bits = { ip: 32, ip6: 128 } as const;

function parseNetwork(text: string): Network | null {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  const family = version === 4 ? 'ip' : 'ip6';
  const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits[family]);
  const fits = version !== 0 && !address.includes('%') && prefixFits && more.length === 0;
  return fits ? { family, text } : null;
}

/** Whether a text is an address or a network in CIDR form. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== null;

/** @throws Error where the text is no network: it goes into the rules, so nothing else may pass. */
function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === null) throw new Error(`firewall.open: from: expected a network, got ${text}`);
  return network;
}

/** The rules that let this opening in: one for everyone, or one a source, since sources that overlap fit in no set. */
export function rulesFor({ port, protocol, from }: Opening): string[] {
  const rule = `${protocol} dport ${port} accept`;
  if (from.length === 0) return [rule];
  return from.map(networkOf).map(({ family, text }) => `${family} saddr ${text} ${rule}`);
}
