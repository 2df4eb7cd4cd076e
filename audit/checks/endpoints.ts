import { isIP } from 'node:net';
import { countrySetNames, isIn, oneCountry } from '../../addresses/countries.ts';
import { isWithin } from '../../addresses/networks.ts';
import type { Text } from '../../lib/text.ts';
import type { CheckContext, Judgement } from '../check.ts';
import type { Proof } from '../finding.ts';
import { fail, join, notEvaluated, pass } from './judgement.ts';
import { CouldNotTell, linesOf, Parts } from './parts.ts';
import { question } from './question.ts';

/** Another system that a host is configured to talk to, or that talks to it. */
export interface Endpoint {
  /** An address, or a name. */
  readonly target: string;
  /** The file or setting that names it: `/etc/resolv.conf`. */
  readonly from: string;
}

/** `software`: only fetched from. `time`: asked for the time. `data`: what is sent there may be personal data. */
export type Traffic = 'software' | 'time' | 'data';

/** Kinds of declared services (`egress.services`) that let such traffic out. */
const serviceKinds: Readonly<Record<Traffic, readonly string[]>> = {
  software: ['supply chain'],
  time: ['operations'],
  data: ['supply chain', 'operations', 'data'],
};

/** The names that the host knows without asking anybody. */
export const hostsFile = question('hosts-file', 'file /etc/hosts');

const local = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  // Shared address space of providers: RFC 6598.
  '100.64.0.0/10',
  ...['::1', 'fc00::/7', 'fe80::/10'],
];

/** Private, link-local and loopback addresses: no registry assigns them to anybody. */
export const isLocal = (address: string): boolean => isWithin(address, local);

/** Removes brackets, the zone, and the IPv4-mapped prefix of IPv6. */
export const plainAddress = (text: string): string =>
  text
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');

const isOwn = (address: string): boolean => /^127\.|^::1$/.test(address);

type Placed =
  | { readonly kind: 'own host' | 'name' | 'no record'; readonly text: string }
  | { readonly kind: 'private'; readonly text: string; readonly address: string }
  | { readonly kind: 'country'; readonly text: string; readonly country: string; readonly address: string };

function place({ target, from }: Endpoint, context: CheckContext): Placed[] {
  const plain = plainAddress(target.toLowerCase());
  if (isIP(plain) !== 0) return [placeAddress(plain, `${plain}, ${from}`, context)];
  if (plain === 'localhost' || plain === context.host.name) return [{ kind: 'own host', text: `${plain}, ${from}` }];
  const known = addressesOf(plain, context);
  if (known.length === 0) return [{ kind: 'name', text: `${target}, ${from}` }];
  return known.map((address) => placeAddress(address, `${target} = ${address}, ${from}`, context));
}

function placeAddress(address: string, text: string, context: CheckContext): Placed {
  if (isOwn(address)) return { kind: 'own host', text };
  if (isLocal(address)) return { kind: 'private', text, address };
  const country = oneCountry(context.addresses.country(address));
  if (country === null) return { kind: 'no record', text };
  return { kind: 'country', country, address, text: `${country}: ${text}` };
}

function addressesOf(name: string, context: CheckContext): string[] {
  const answer = context.answers.get(hostsFile.name);
  const text = new Parts(hostsFile.name, answer).maybe('/etc/hosts') ?? '';
  return linesOf(text).flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((other) => other.toLowerCase() === name) ? [address] : [];
  });
}

function covered(address: string, { environment }: CheckContext, traffic: Traffic): boolean {
  const services = environment.egress.services.filter(({ kind }) => serviceKinds[traffic].includes(kind));
  return services.some(({ to }) => isWithin(address, to));
}

/** How endpoints of one kind are judged. */
export interface EndpointRule {
  readonly traffic: Traffic;
  /** The judgement if there is no endpoint. A pass names what was looked at and could have shown one. */
  readonly none: Judgement;
  /** Whether a service on the host itself would forward the traffic, so that the real recipient is unknown. */
  readonly relays: boolean;
  readonly proves: readonly Proof[];
  /** Additional text of the finding. */
  readonly also?: Text;
}

/** Compares where the holders of the endpoints are with the environment's own limit (policy) and the EEA (law). */
export function judgeEndpoints(
  endpoints: readonly Endpoint[],
  context: CheckContext,
  { traffic, none, relays, proves, also }: EndpointRule,
): Judgement {
  if (endpoints.length === 0) return none;
  const { region } = context.environment.audit;
  const placed = distinct(endpoints.flatMap((endpoint) => place(endpoint, context)));
  const observed = placed
    .map(({ kind, text }) => (kind === 'private' || kind === 'own host' ? `${kind}: ${text}` : text))
    .join('\n');
  const abroad = placed.filter((one) => one.kind === 'country');
  const outsideLaw = abroad.filter(({ country, address }) => {
    const declared = traffic !== 'data' && covered(address, context, traffic);
    return !isIn('eea', country) && !declared;
  });
  const outsidePolicy = abroad.filter(
    ({ country, address }) => isIn('eea', country) && !isIn(region, country) && !covered(address, context, traffic),
  );
  const unknown = placed.filter(
    (one) =>
      one.kind === 'name' ||
      one.kind === 'no record' ||
      (one.kind === 'own host' && relays) ||
      (one.kind === 'private' && !covered(one.address, context, traffic)),
  );
  const words = join(
    outsideLaw.length === 0 ? null : outsideEea(outsideLaw, traffic, context),
    outsidePolicy.length === 0 ? null : outsideOwnLimit(outsidePolicy, context),
    unknown.length === 0 ? null : undecided(unknown),
  );
  if (outsideLaw.length + outsidePolicy.length > 0) return fail(join(words, also ?? null), observed, proves);
  if (unknown.length > 0) return notEvaluated(words, observed, proves);
  return pass(allInside(region), observed, proves);
}

const list = (placed: readonly Placed[]): string => placed.map(({ text }) => text).join('; ');

const distinct = (placed: readonly Placed[]): Placed[] => [
  ...new Map(placed.map((one): [string, Placed] => [one.text, one])).values(),
];

const law: Readonly<Record<Traffic, Text>> = {
  software: {
    nb: 'Her hentes programvare. Det er ikke i seg selv en overføring av personopplysninger, men kilden kan påvirke hva som kjører.',
    en: 'Software is fetched from here. In itself, that is not a transfer of personal data, but the source can influence what runs.',
  },
  time: {
    nb: 'Her spørres det om klokken. Det er ikke en overføring av personopplysninger, men den som svarer, kan stille klokken feil.',
    en: 'The host asks for the time here. That is not a transfer of personal data, but whoever answers can set the clock wrong.',
  },
  data: {
    nb: 'Hvis det går personopplysninger dit, er det en overføring som trenger et grunnlag (GDPR art. 44–49).',
    en: 'If personal data goes there, it is a transfer that needs a legal basis (GDPR art. 44–49).',
  },
};

function outsideEea(placed: readonly Placed[], traffic: Traffic, { environment }: CheckContext): Text {
  const limit = countrySetNames[environment.audit.region];
  return join(
    {
      nb: `Innehaveren av adressen er utenfor EØS og utenfor egen grense (${limit.nb}): ${list(placed)}.`,
      en: `The holder of the address is outside the EEA and outside your own limit (${limit.en}): ${list(placed)}.`,
    },
    law[traffic],
  );
}

function outsideOwnLimit(placed: readonly Placed[], { environment }: CheckContext): Text {
  const limit = countrySetNames[environment.audit.region];
  return {
    nb: `Innenfor EØS, men utenfor egen grense (${limit.nb}): ${list(placed)}.`,
    en: `Inside the EEA, but outside your own limit (${limit.en}): ${list(placed)}.`,
  };
}

function undecided(placed: readonly Placed[]): Text {
  const names = placed.filter(({ kind }) => kind === 'name');
  const records = placed.filter(({ kind }) => kind === 'no record');
  const inside = placed.filter(({ kind }) => kind === 'private');
  const own = placed.filter(({ kind }) => kind === 'own host');
  return join(
    names.length === 0
      ? null
      : {
          nb: `Ikke avgjort: ${list(names)}. Revisjonen slår ikke opp navn, for det ville vært et kall til en tredjepart, og verten selv har dem ikke i /etc/hosts. Kapittelet «Hvor trafikken gikk» viser det som ble talt.`,
          en: `Not decided: ${list(names)}. The audit looks up no names, because that would be a call to a third party, and the host itself has none of them in /etc/hosts. The chapter "Where the traffic went" shows what was counted.`,
        },
    records.length === 0
      ? null
      : {
          nb: `Adressedataene har ikke noe land for: ${list(records)}.`,
          en: `The address data has no country for: ${list(records)}.`,
        },
    inside.length === 0
      ? null
      : {
          nb: `Private adresser står ikke i noe register, så det er ikke kjent hvor maskinen er: ${list(inside)}. Hvis den er deres egen, før den opp i egress.services.`,
          en: `No registry has private addresses, so it is not known where the machine is: ${list(inside)}. If it is yours, declare it in egress.services.`,
        },
    own.length === 0
      ? null
      : {
          nb: `Kontrollen ser ikke hvem en tjeneste på verten selv sender videre til: ${list(own)}.`,
          en: `This check does not see where a service on the host itself passes things on to: ${list(own)}.`,
        },
  );
}

function allInside(region: CheckContext['environment']['audit']['region']): Text {
  const limit = countrySetNames[region];
  return {
    nb: `Alle innehavere er innenfor egen grense (${limit.nb}), eller ført opp som tillatt.`,
    en: `All holders are inside your own limit (${limit.en}), or declared as allowed.`,
  };
}

/** Returns the host of a URL or of `user@host:path`, `host:port`, `host`. Throws CouldNotTell if there is none. */
export function hostOf(text: string): string {
  const [, ofUrl] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(text) ?? [];
  const [, plain] = /^(?:[^@/\s]+@)?(\[[^\]]+\]|[^:/\s]+)/.exec(text) ?? [];
  const host = ofUrl ?? (isIP(text) === 6 ? text : plain);
  if (host !== undefined) return plainAddress(host);
  throw new CouldNotTell({ nb: `Fant ikke noe vertsnavn i «${text}».`, en: `There is no host name in "${text}".` });
}
