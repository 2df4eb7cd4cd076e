import type { Check } from '../check.ts';
import { type Endpoint, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, notEvaluated } from './judgement.ts';
import { linesOf, type Parts } from './parts.ts';
import { question } from './question.ts';

const resolvers = question(
  'resolvers',
  `file /etc/resolv.conf
file /run/systemd/resolve/resolv.conf /etc/systemd/resolved.conf /etc/systemd/resolved.conf.d/*.conf`,
);

/** If the resolver is systemd-resolved's stub on 127.0.0.53, returns the servers that it asks. */
export function resolverEndpoints(parts: Parts): Endpoint[] {
  const own = parts.need('/etc/resolv.conf');
  const files: [string, string][] = [['/etc/resolv.conf', own]];
  const behindStub = parts.maybe('/run/systemd/resolve/resolv.conf');
  if (behindStub !== null) files.push(['/run/systemd/resolve/resolv.conf', behindStub]);
  const servers = files.flatMap(([from, text]) =>
    [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, target = '']) => ({ target, from })),
  );
  const configured = parts.under('/etc/systemd/resolved.conf').flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, value = ''] = /^(?:DNS|FallbackDNS)=(.*)$/.exec(line) ?? [];
      // `192.0.2.1:53%eth0#name`: the forms of resolved.conf(5).
      return value
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => ({ target: word.replace(/[#%].*$/, '').replace(/^(\d[\d.]*):\d+$/, '$1'), from }));
    }),
  );
  const all = [...servers, ...configured];
  // The stub forwards everything to the other servers in this list.
  const known = all.filter(({ target }) => !/^127\.0\.0\.5[34]$/.test(target));
  return known.length > 0 ? known : all;
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/resolvers',
    chapter: 'destinations',
    title: { nb: 'Navnetjenere', en: 'Name servers' },
    expected: {
      nb: 'Navneoppslag går til innehavere innenfor egen grense.',
      en: 'Name lookups go to holders inside your own limit.',
    },
    basis: ['GDPR art. 32', 'GDPR art. 44-49', 'SOV-2', 'SOV-3'],
    questions: [resolvers, hostsFile],
    judge: (answered, context) => {
      // Without a name server the C library asks the host itself (resolv.conf(5)), and whom that asks is unknown.
      const none = { nb: 'Ingen navnetjener er satt opp.', en: 'No name server is configured.' };
      return judgeEndpoints(resolverEndpoints(answered(resolvers)), context, {
        traffic: 'data',
        none: notEvaluated(none),
        relays: true,
        proves: ['running', 'persistent'],
        also: {
          nb: 'Et navneoppslag forteller hvem verten snakker med.',
          en: 'A lookup shows whom the host talks to.',
        },
      });
    },
  }),
];
