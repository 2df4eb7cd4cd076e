import { openingsOn } from '../../provision/environment/openings.ts';
import type { Check, CheckContext } from '../check.ts';
import { isLocal, plainAddress } from './endpoints.ts';
import { firewall, inboundDeny } from './firewall.ts';
import { fail, hostCheck, join, notEvaluated, pass } from './judgement.ts';
import { linesOf, unreadable } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

export const listening = question('listening', `part sockets ${asRoot('sockets')}`);

export interface Socket {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly process: string;
}

/** `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=79,fd=6))` */
export function sockets(text: string): readonly Socket[] {
  return linesOf(text).map((line) => {
    const [protocol = '', , , , local = ''] = line.split(/\s+/);
    const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? [];
    if (port === '') throw unreadable(`ingen adresse i: ${line}`, `no address in: ${line}`);
    const [, process = ''] = /users:\(\("([^"]*)"/.exec(line) ?? [];
    return { protocol, address: plainAddress(address.replace(/%[^\]]*/, '')), port: Number(port), process };
  });
}

const onLoopback = ({ address }: Socket): boolean => address === '::1' || address.startsWith('127.');
/** DHCP clients and neighbour discovery on the link: sockets that nobody outside the link can reach. */
const ofTheLink = ({ protocol, port, address }: Socket): boolean =>
  protocol === 'udp' && (port === 68 || port === 546) && (isLocal(address) || address === '0.0.0.0' || address === '*');

const declaredOpen = ({ host, environment }: CheckContext, { protocol, port }: Socket): boolean =>
  (protocol === 'tcp' && port === (host.ssh?.port ?? 22)) ||
  openingsOn(environment, host).some((opening) => opening.port === port && opening.protocol === protocol);

const show = ({ protocol, address, port, process }: Socket): string => `${process} ${protocol} ${address}:${port}`;

const ourProcesses = /^(?:beam\.smp|epmd)$/;

export const checks: readonly Check[] = [
  hostCheck({
    id: 'access/listening',
    chapter: 'access',
    title: { nb: 'Hva verten lytter på', en: 'What the host listens on' },
    expected: {
      nb: 'Bare SSH og det som er åpnet i miljøfilen, kan nås utenfra.',
      en: 'Only SSH and what the environment file opens can be reached from outside.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.5', 'SOV-7'],
    questions: [listening, firewall],
    judge: (answered, context) => {
      const all = sockets(answered(listening).need('sockets'));
      const outside = all.filter((socket) => !onLoopback(socket));
      const extra = outside.filter((socket) => !declaredOpen(context, socket) && !ofTheLink(socket));
      const observed = all.map(show).join('\n');
      const fromInside = {
        nb: 'Dette er sett fra verten selv. Prøven utenfra er en egen kontroll.',
        en: 'This is what the host itself sees. The probe from outside is another check.',
      };
      if (all.length === 0) throw unreadable('ingenting lytter, ikke engang SSH', 'nothing listens, not even SSH');
      const denied = inboundDeny(answered(firewall).need('ruleset'));
      if (extra.length === 0)
        return pass(
          join(
            {
              nb: `Utenfor verten selv lytter bare: ${outside.map(show).join('; ')}.`,
              en: `Beyond the host itself, only these listen: ${outside.map(show).join('; ')}.`,
            },
            fromInside,
          ),
          observed,
          ['running'],
        );
      const listed = extra.map(show).join('; ');
      if (!denied)
        return fail(
          {
            nb: `Disse lytter utad uten å være åpnet i miljøfilen, og ingen brannmur stenger: ${listed}.`,
            en: `These listen to the outside but are not opened in the environment file, and no firewall denies them: ${listed}.`,
          },
          observed,
          ['running'],
        );
      return notEvaluated(
        join(
          {
            nb: `Disse lytter utad uten å være åpnet i miljøfilen: ${listed}. Brannmuren stenger for det som ikke er åpnet.`,
            en: `These listen to the outside but are not opened in the environment file: ${listed}. The firewall denies what is not opened.`,
          },
          fromInside,
        ),
        observed,
        ['running'],
      );
    },
  }),
  hostCheck({
    id: 'controls/broker-loopback',
    chapter: 'controls',
    title: { nb: 'Meldingstjeneren er lukket utad', en: 'The broker is closed to the outside' },
    expected: {
      nb: 'RabbitMQ og epmd lytter bare på verten selv.',
      en: 'RabbitMQ and epmd listen on the host itself only.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.5', 'SOV-3'],
    questions: [listening],
    judge: (answered, { host }) => {
      const own = sockets(answered(listening).need('sockets')).filter(
        ({ process, port }) => ourProcesses.test(process) || port === 4369,
      );
      const observed = own.map(show).join('\n');
      const open = own.filter((socket) => !onLoopback(socket));
      if (open.length > 0)
        return fail(
          {
            nb: `Kan nås fra andre maskiner: ${open.map(show).join('; ')}.`,
            en: `Can be reached from other machines: ${open.map(show).join('; ')}.`,
          },
          observed,
          ['running'],
        );
      if (!own.some(({ process }) => process === 'beam.smp')) {
        const wanted = host.roles.includes('broker');
        return notEvaluated({
          nb: wanted ? 'Meldingstjeneren kjører ikke.' : 'Verten har ingen meldingstjener.',
          en: wanted ? 'The broker is not running.' : 'The host has no broker.',
        });
      }
      return pass(
        {
          nb: 'RabbitMQ og epmd lytter bare på verten selv.',
          en: 'RabbitMQ and epmd listen on the host itself only.',
        },
        observed,
        ['running'],
      );
    },
  }),
];
