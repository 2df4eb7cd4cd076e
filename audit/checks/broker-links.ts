import * as z from 'zod';
import type { Check } from '../check.ts';
import { broker, noBroker } from './broker.ts';
import { type Endpoint, hostOf, hostsFile, judgeEndpoints } from './endpoints.ts';
import { hostCheck, notApplicable, pass } from './judgement.ts';
import { linesOf, type Parts, unreadable } from './parts.ts';
import { question } from './question.ts';

const uris = z.union([z.string(), z.array(z.string())]).optional();
const linkSchema = z.object({ name: z.string(), uri: uris, 'src-uri': uris, 'dest-uri': uris });
const nodesSchema = z.array(z.object({ name: z.string() }));

const hostname = question('hostname', 'part hostname uname -n');

/** `amqp://` without a host means the broker itself. */
const uriHost = (uri: string): string => (/^amqps?:\/\/(?:$|[/?])/.test(uri) ? 'localhost' : hostOf(uri));

function linkEndpoints(parts: Parts, part: string): Endpoint[] {
  const [head, ...lines] = linesOf(parts.need(part));
  if (head !== `objects ${lines.length}`)
    throw unreadable(
      `${part}: ${head}, men ${lines.length} ble lest`,
      `${part}: ${head}, but ${lines.length} were read`,
    );
  return lines.flatMap((line) => {
    const link = linkSchema.parse(JSON.parse(line));
    return [link.uri, link['src-uri'], link['dest-uri']]
      .flatMap((value) => value ?? [])
      .map((uri) => ({ target: uriHost(uri), from: `${part} ${link.name}` }));
  });
}

/** Other nodes of the cluster: `rabbit@anvil`. The own one is called as the host is, here or in the environment. */
function peerEndpoints(parts: Parts, ownNames: readonly string[]): Endpoint[] {
  const nodes = nodesSchema.parse(JSON.parse(parts.need('nodes')));
  if (nodes.length === 0)
    throw unreadable(
      'meldingstjeneren nevnte ingen node, ikke engang seg selv',
      'the broker named no node, not even itself',
    );
  return nodes
    .map(({ name }) => name.replace(/^[^@]*@/, ''))
    .filter((target) => !ownNames.includes(target))
    .map((target) => ({ target, from: 'cluster' }));
}

/** Hosts that the broker's files name: peers (`rabbit@host`), syslog, shovels of advanced.config. */
function fileEndpoints(parts: Parts): Endpoint[] {
  return parts.under('/etc/rabbitmq/').flatMap(([from, text]) =>
    linesOf(text).flatMap((line) => {
      const [, value] = /=\s*(\S+)$/.exec(line) ?? [];
      if (/^(?:amqps?|https?):\/\//.test(line)) return [{ target: uriHost(line), from }];
      if (value === undefined) return [];
      if (/\.nodes\.\d+|discovery_retry_host|\.host|\.ip/.test(line))
        return [{ target: value.replace(/^[^@]*@/, ''), from }];
      return [];
    }),
  );
}

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/broker-links',
    chapter: 'destinations',
    title: {
      nb: 'Forbindelser fra meldingstjeneren: føderasjon, shovel, klynge',
      en: 'Links of the broker: federation, shovel, cluster',
    },
    expected: {
      nb: 'Meldinger går ikke til meldingstjenere utenfor egen grense.',
      en: 'Messages do not go to brokers outside your own limit.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44-49', 'NSM 2.5', 'SOV-2', 'SOV-3'],
    questions: [broker, hostname, hostsFile],
    judge: (answered, context) => {
      const parts = answered(broker);
      const without = noBroker(parts, context);
      if (without !== null) return notApplicable(without);
      const ownName = answered(hostname).need('hostname').trim();
      const endpoints = [
        ...linkEndpoints(parts, 'federation-upstream'),
        ...linkEndpoints(parts, 'shovel'),
        ...peerEndpoints(parts, ['localhost', context.host.name, ownName, ownName.replace(/\..*/, '')]),
        ...fileEndpoints(parts),
      ];
      return judgeEndpoints(endpoints, context, {
        traffic: 'data',
        none: pass(
          {
            nb: 'Meldingstjeneren har ingen føderasjon, ingen shovel og ingen andre noder.',
            en: 'The broker has no federation, no shovel and no other nodes.',
          },
          ['federation-upstream', 'shovel', 'nodes'].map((part) => `${part}: ${parts.need(part)}`).join('\n'),
          ['running'],
        ),
        relays: false,
        proves: ['running'],
        also: {
          nb: 'En slik forbindelse flytter hele meldinger, med alt de inneholder.',
          en: 'Such a link moves whole messages, with everything in them.',
        },
      });
    },
  }),
];
