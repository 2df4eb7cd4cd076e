import { formatAddress, parseAddress } from '../../addresses/address.ts';
import { isWithin } from '../../addresses/networks.ts';
import { raw } from '../../lib/shell.ts';
import type { CheckContext, Question } from '../check.ts';

/** All addresses with their interfaces, one per line. iproute2 is in Debian's minimal install. */
export const hostAddressesQuestion: Question = { name: 'host-addresses', command: raw('ip -o addr show') };

/** These have no holder in a registry (RFC 6890 and its successors). Documentation ranges are kept for tests. */
const ownNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
];

/**
 * Returns the public addresses of a host, sorted: those of its interfaces, and the one by which the environment reaches
 * it, because a host behind NAT does not know its own. Null if the host did not answer.
 */
export function publicAddresses({ answers, host }: CheckContext): string[] | null {
  const answer = answers.get(hostAddressesQuestion.name);
  if (answer === undefined || answer.exitCode !== 0) return null;
  const shown = [...answer.stdout.matchAll(/^\d+: \S+ +inet6? ([^\s/]+)/gm)].map(([, address = '']) => address);
  // Not even the loopback address: the output is not valid.
  if (shown.length === 0) return null;
  const found = [...shown, host.ssh?.address ?? ''].flatMap((text) => {
    const address = parseAddress(text);
    return address === null ? [] : formatAddress(address);
  });
  return [...new Set(found)].filter((address) => !isWithin(address, ownNetworks)).sort();
}
