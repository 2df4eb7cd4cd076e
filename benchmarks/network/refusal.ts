import { isWithin } from '../../addresses/networks.ts';
import { exchangeOf } from './exchanges.ts';

/** Services that answer from many places under one address: a short round trip to them says nothing about any city. */
const anycast: readonly { readonly of: string; readonly names: RegExp; readonly networks: readonly string[] }[] = [
  {
    of: 'Cloudflare',
    names: /(^|\.)(cloudflare\.com|cloudflare-dns\.com|one\.one)$/,
    networks: ['1.1.1.0/24', '1.0.0.0/24', '162.159.200.0/24', '2606:4700::/32'],
  },
  {
    of: 'Google',
    names: /(^|\.)(google\.com|dns\.google)$/,
    networks: ['8.8.8.0/24', '8.8.4.0/24', '216.239.32.0/19', '2001:4860::/32'],
  },
  {
    of: 'Quad9',
    names: /(^|\.)quad9\.net$/,
    networks: ['9.9.9.0/24', '149.112.112.0/24', '2620:fe::/48'],
  },
  {
    of: 'OpenDNS',
    names: /(^|\.)opendns\.com$/,
    networks: ['208.67.222.0/24', '208.67.220.0/24', '2620:119::/32'],
  },
  { of: 'UltraDNS', names: /(^|\.)ultradns\.[a-z.]+$/, networks: ['156.154.64.0/18', '204.74.64.0/18'] },
  { of: 'the root servers', names: /^[a-m]\.root-servers\.net$/, networks: [] },
  { of: 'Norid’s anycast for .no', names: /^i\.nic\.no$/, networks: [] },
  { of: 'the NTP pool', names: /(^|\.)pool\.ntp\.org$/, networks: [] },
];

/**
 * Why a host name or an address cannot be a target. Null if it can. Checked for what the file says, and again for the
 * address to which the host resolves a name.
 */
export function refusal(host: string): string | null {
  const exchange = exchangeOf(host);
  if (exchange !== undefined) {
    return `${host} is in the network of the exchange ${exchange.name}: a router’s port answers when its control plane has time, so its round trip does not show that of the path`;
  }
  const service = anycast.find(({ names, networks }) => names.test(host.toLowerCase()) || isWithin(host, networks));
  if (service === undefined) return null;
  return `${host} belongs to ${service.of}, which answers from many places: a round trip to it says nothing about a city`;
}
