import { countrySetNames, isIn } from '../../addresses/countries.ts';
import type { Text } from '../../lib/text.ts';
import { sampleTimer, seenUnit } from '../../provision/topics/egress/names.ts';
import type { Check, CheckContext, Judgement } from '../check.ts';
import { fail, hostCheck, join, notEvaluated, pass } from '../checks/judgement.ts';
import { tooShort } from '../checks/observation-period.ts';
import type { Parts } from '../checks/parts.ts';
import type { Proof } from '../finding.ts';
import type { Destination } from './destination.ts';
import { inventory } from './inventory.ts';
import { localRing, serviceFor } from './policy.ts';
import { seenQuestion } from './question.ts';
import { parseSeen, type Seen, setSize } from './seen.ts';

/** Why there is no count: it is not enabled, it has just begun, or the host does not match the environment. */
function noCount(parts: Parts, { environment }: CheckContext): Judgement {
  const { mode } = environment.egress;
  const units = parts.need('units');
  if (isUp(units, sampleTimer) && isUp(units, seenUnit))
    return notEvaluated(
      {
        nb: 'Tellingen har begynt, men den første målingen er ikke gjort ennå. Den kommer innen et par minutter. Kjør revisjonen igjen da.',
        en: 'Counting has begun, but the first sample has not been taken yet. It comes within two minutes. Run the audit again then.',
      },
      units,
    );
  return notEvaluated(
    mode === 'off'
      ? {
          nb: 'Ingen teller hvor trafikken går: egress.mode er «off».',
          en: 'Outgoing traffic is not counted: egress.mode is "off".',
        }
      : {
          nb: `Miljøet sier «${mode}», men verten teller ikke hvor trafikken går: kjør ./jernverk apply.`,
          en: `The environment says "${mode}", but the host does not count where traffic goes: run ./jernverk apply.`,
        },
    units,
  );
}

/** Seconds after which a count is stale. The timer runs once a minute. */
const stale = 300;

export const countsChecks: readonly Check[] = [
  hostCheck({
    id: 'destinations/counted',
    chapter: 'destinations',
    title: { nb: 'Utgående trafikk telles', en: 'Outgoing traffic is counted' },
    expected: {
      nb: 'Hver adresse som verten og containerne kobler til, telles hvert minutt og tas vare på.',
      en: 'Every address that the host and its containers connect to is counted each minute and stored.',
    },
    basis: ['GDPR art. 5(2)', 'GDPR art. 32', 'NSM 3.2'],
    questions: [seenQuestion],
    judge: (answered, context) => {
      const parts = answered(seenQuestion);
      const text = parts.maybe('counted');
      return text === null ? noCount(parts, context) : judgeCount(parseSeen(text), parts);
    },
  }),
  hostCheck({
    id: 'destinations/outside-region',
    chapter: 'destinations',
    title: { nb: 'Trafikk ut av området', en: 'Traffic out of the region' },
    expected: {
      nb: 'Ingen data går til adresser med innehaver utenfor det erklærte området. Leveransekjede og drift som er navngitt i miljøet, teller ikke.',
      en: 'No data goes to addresses whose holder is outside the declared region. Supply-chain and operations services that the environment names are exempt.',
    },
    basis: ['GDPR art. 44-49', 'GDPR art. 30', 'NSM 2.5', 'SOV-3'],
    questions: [seenQuestion],
    judge: (answered, context) => {
      const parts = answered(seenQuestion);
      const text = parts.maybe('counted');
      return text === null ? noCount(parts, context) : judgeRegion(parseSeen(text), parts, context);
    },
  }),
];

/** Why a count does not show everything that went out. Null if it does. */
function faultOf(
  { sampled, evicted, largest }: Seen,
  parts: Parts,
): { readonly words: Text; readonly proves: readonly Proof[] } | null {
  const units = parts.need('units');
  const age = Number(parts.filled('now')) - sampled.getTime() / 1000;
  // A sample from the future is not a current one either.
  if (!isUp(units, sampleTimer) || !isUp(units, seenUnit) || !(Math.abs(age) <= stale)) {
    return {
      words: {
        nb: `Tellingen har stanset: sist oppdatert ${moment(sampled)}, ${Math.round(age)} sekunder før verten ble spurt.`,
        en: `Counting has stopped: last updated ${moment(sampled)}, ${Math.round(age)} seconds before the host was asked.`,
      },
      proves: [],
    };
  }
  if (evicted === 0 && largest < setSize) return null;
  return {
    words: {
      nb: `Tellingen er ufullstendig: ${evicted} linjer måtte vike, og den fulleste tabellen har ${largest} av ${setSize} plasser.`,
      en: `The count is incomplete: ${evicted} lines had to be dropped, and the fullest table has ${largest} of ${setSize} entries.`,
    },
    proves: ['running', 'persistent'],
  };
}

function judgeCount(seen: Seen, parts: Parts): Judgement {
  const { since, sampled, evicted, largest } = seen;
  const observed = `since ${since.toISOString()}, sampled ${sampled.toISOString()}, evicted ${evicted}, largest ${largest}\n${parts.need('units')}`;
  const fault = faultOf(seen, parts);
  if (fault !== null) return fail(fault.words, observed, fault.proves);
  return pass(
    {
      nb: `Telt siden ${moment(since)}. Tellingen gjelder det som verten og containerne selv koblet til. Svar til den som koblet seg til verten, er ikke med. Vi kjenner programmet bare for forbindelser som var åpne da det ble sett etter, ellers bare brukeren.`,
      en: `Counted since ${moment(since)}. The count covers what the host and its containers connected to themselves. It leaves out answers to whoever connected to the host. The program is known only for connections that were open when a sample was taken; otherwise only the user is known.`,
    },
    observed,
    ['running', 'persistent'],
  );
}

function judgeRegion(seen: Seen, parts: Parts, { environment, host, addresses }: CheckContext): Judgement {
  const {
    egress,
    audit: { region },
  } = environment;
  const all = inventory(seen, host.name, environment, addresses);
  const outside = all.filter(
    ({ holderCountry, allowedBy }) =>
      allowedBy !== localRing && (holderCountry === null || !isIn(region, holderCountry)),
  );
  const named = outside.filter((one) => {
    const service = serviceFor(egress, one);
    return service !== null && service.kind !== 'data';
  });
  const found = outside.filter((one) => !named.includes(one));
  const area = countrySetNames[region];
  const none = {
    nb: `Ingen mottaker utenfor ${area.nb} er sett.`,
    en: `No destination outside ${area.en} was seen.`,
  };
  const observed = [...found, ...named].map(describe).join('\n');
  if (found.length > 0) {
    return fail(
      {
        nb: `${found.length} mottakere har innehaver utenfor ${area.nb} eller ukjent: ${listed(found)}.`,
        en: `${found.length} destinations have a holder outside ${area.en}, or an unknown one: ${listed(found)}.`,
      },
      observed,
      ['running'],
    );
  }
  const fault = faultOf(seen, parts);
  if (fault !== null) return notEvaluated(join(none, fault.words), observed);
  const short = tooShort((seen.sampled.getTime() - seen.since.getTime()) / 1000);
  const since = {
    nb: `Talt fra ${moment(seen.since)} til ${moment(seen.sampled)}.`,
    en: `Counted from ${moment(seen.since)} to ${moment(seen.sampled)}.`,
  };
  if (short !== null) return notEvaluated(join(none, since, short), observed, ['running']);
  const inside = all.filter((one) => one.allowedBy === localRing && serviceFor(egress, one) === null);
  if (inside.length > 0)
    return notEvaluated(
      join(none, {
        nb: `Private adresser står ikke i noe register, så det er ikke kjent hvor disse maskinene er: ${listed(inside)}. Hvis de er deres egne, før dem opp i egress.services.`,
        en: `No registry has private addresses, so it is not known where these machines are: ${listed(inside)}. If they are yours, declare them in egress.services.`,
      }),
      `${observed}\n${inside.map(describe).join('\n')}`.trim(),
      ['running'],
    );
  const apart: Text =
    named.length === 0
      ? { nb: '', en: '' }
      : {
          nb: ` Utenfor, og navngitt som leveransekjede eller drift i miljøet: ${listed(named)}.`,
          en: ` Outside, and named in the environment as supply chain or operations: ${listed(named)}.`,
        };
  return pass(
    {
      nb: `Av ${all.length} mottakere siden ${day(seen.since)} hadde ${named.length === 0 ? 'ingen' : 'ingen andre'} en innehaver utenfor ${area.nb}.${apart.nb} Landet er innehaverens i registrene. Det viser ikke hvor maskinen står, eller hvor en mottaker i ${area.nb} sender videre.`,
      en: `Of ${all.length} destinations since ${day(seen.since)}, ${named.length === 0 ? 'none' : 'no other'} had a holder outside ${area.en}.${apart.en} The country is the holder's in the registries. It shows neither where the machine is nor where a destination in ${area.en} passes data on to.`,
    },
    `${seen.since.toISOString()} to ${seen.sampled.toISOString()}\n${all.map(describe).join('\n')}`,
    ['running'],
  );
}

/** The text names only the first ones. The observed output and the CSV have all. */
const most = 12;
const listed = (all: readonly Destination[]): string =>
  [...all.slice(0, most).map(describe), ...(all.length > most ? ['…'] : [])].join('; ');

const describe = ({ who, address, port, protocol, holderCountry, bytesOut, bytesIn }: Destination): string =>
  `${who ?? '?'} → ${address}${port === null ? '' : ` ${port}`}/${protocol} (${holderCountry ?? '??'}), ${bytesOut} B ↑ ${bytesIn ?? '?'} B ↓`;

const moment = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const day = (date: Date): string => date.toISOString().slice(0, 10);

/** `systemctl show` of several units prints a blank line between them, which an answer in parts keeps. */
export const isUp = (units: string, unit: string): boolean =>
  units
    .split(/\n\s*\n/)
    .some(
      (block) =>
        block.includes(`Id=${unit}`) && /^ActiveState=active$/m.test(block) && /^UnitFileState=enabled$/m.test(block),
    );
