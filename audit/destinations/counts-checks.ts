import { sampleTimer, seenUnit } from '../../provision/egress/names.ts';
import { countrySetNames, isIn } from '../addresses/countries.ts';
import type { Check, CheckContext, Verdict } from '../check.ts';
import { fail, hostCheck, notEvaluated, pass } from '../checks/verdict.ts';
import type { Text } from '../text.ts';
import type { Destination } from './destination.ts';
import { inventory } from './inventory.ts';
import { localRing, serviceFor } from './policy.ts';
import { seenQuestion } from './question.ts';
import { parseSeen, type Seen, setSize } from './seen.ts';

const notCounted: Text = {
  nb: 'Ingen teller hvor trafikken går: audit.egress.mode er «off», eller verten er ikke satt opp slik miljøet sier.',
  en: 'Nobody counts where traffic goes: audit.egress.mode is "off", or the host is not set up as the environment says.',
};

/** Seconds after which a count is old: the timer runs once a minute. */
const stale = 300;

export const countsChecks: readonly Check[] = [
  hostCheck({
    id: 'destinations/counted',
    chapter: 'destinations',
    title: { nb: 'Utgående trafikk telles', en: 'Outgoing traffic is counted' },
    expected: {
      nb: 'Hver adresse som verten og containerne kobler til, telles hvert minutt og tas vare på.',
      en: 'Every address that the host and its containers connect to is counted each minute, and kept.',
    },
    basis: ['GDPR art. 5(2)', 'GDPR art. 32', 'NSM 3.2'],
    questions: [seenQuestion],
    judge: (answered) => {
      const parts = answered(seenQuestion);
      const text = parts.maybe('counted');
      if (text === null) return notEvaluated(notCounted);
      const units = parts.need('units');
      const running = isUp(units, sampleTimer) && isUp(units, seenUnit);
      return judgeCount(parseSeen(text), Number(parts.filled('now')), running, units);
    },
  }),
  hostCheck({
    id: 'destinations/outside-region',
    chapter: 'destinations',
    title: { nb: 'Trafikk ut av området', en: 'Traffic out of the region' },
    expected: {
      nb: 'Ingen data til adresser med innehaver utenfor det erklærte området. Leveransekjede og drift som er navngitt i miljøet, teller ikke.',
      en: 'No data to addresses whose holder is outside the declared region. Supply chain and operations that the environment names do not count.',
    },
    basis: ['GDPR art. 44-49', 'GDPR art. 30', 'NSM 2.5', 'SOV-3'],
    questions: [seenQuestion],
    judge: (answered, context) => {
      const text = answered(seenQuestion).maybe('counted');
      return text === null ? notEvaluated(notCounted) : judgeRegion(parseSeen(text), context);
    },
  }),
];

function judgeCount({ since, sampled, evicted, largest }: Seen, now: number, running: boolean, units: string): Verdict {
  const observed = `since ${since.toISOString()}, sampled ${sampled.toISOString()}, evicted ${evicted}, largest ${largest}\n${units}`;
  const age = now - sampled.getTime() / 1000;
  if (!running || age > stale) {
    return fail(
      {
        nb: `Tellingen står: sist oppdatert ${sampled.toISOString()}, ${Math.round(age)} sekunder før verten ble spurt.`,
        en: `The count stands still: last updated ${sampled.toISOString()}, ${Math.round(age)} seconds before the host was asked.`,
      },
      observed,
    );
  }
  if (evicted > 0 || largest >= setSize) {
    return fail(
      {
        nb: `Tellingen er ikke hel: ${evicted} linjer måtte vike, og den fulleste tabellen har ${largest} av ${setSize} plasser.`,
        en: `The count is not whole: ${evicted} lines had to go, and the fullest table holds ${largest} of ${setSize}.`,
      },
      observed,
      ['running', 'persistent'],
    );
  }
  return pass(
    {
      nb: `Telt siden ${since.toISOString()}. Talt er det som verten og containerne selv koblet til; svar til den som koblet seg til verten, er ikke med. Hvilket program det var, vet vi bare for forbindelser som var åpne da det ble sett etter, ellers bare brukeren.`,
      en: `Counted since ${since.toISOString()}. Counted is what the host and its containers connected to by themselves; answers to whoever connected to the host are not in it. Which program it was is only known of connections that were open when somebody looked, otherwise only the user.`,
    },
    observed,
    ['running', 'persistent'],
  );
}

function judgeRegion(seen: Seen, { environment, host, addresses }: CheckContext): Verdict {
  const { region, egress } = environment.audit;
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
  const observed = [...found, ...named].map(describe).join('\n');
  if (found.length > 0) {
    return fail(
      {
        nb: `${found.length} mottakere har innehaver utenfor ${area.nb} eller ukjent: ${listed(found)}.`,
        en: `${found.length} destinations have a holder outside ${area.en}, or none that is known: ${listed(found)}.`,
      },
      observed,
      ['running'],
    );
  }
  const apart: Text =
    named.length === 0
      ? { nb: '', en: '' }
      : {
          nb: ` Utenfor, og navngitt som leveransekjede eller drift i miljøet: ${listed(named)}.`,
          en: ` Outside, and named in the environment as supply chain or operations: ${listed(named)}.`,
        };
  return pass(
    {
      nb: `Av ${all.length} mottakere siden ${day(seen.since)} hadde ingen andre en innehaver utenfor ${area.nb}.${apart.nb} Land er innehaverens i registrene; det viser ikke hvor maskinen står, eller hvor en mottaker i ${area.nb} sender videre.`,
      en: `Of ${all.length} destinations since ${day(seen.since)} no other had a holder outside ${area.en}.${apart.en} The country is the holder's in the registries; it shows neither where the machine stands nor where a destination in ${area.en} passes things on.`,
    },
    observed,
    ['running'],
  );
}

/** The text names the first; what was observed and the CSV have all. */
const most = 12;
const listed = (all: readonly Destination[]): string =>
  [...all.slice(0, most).map(describe), ...(all.length > most ? ['…'] : [])].join('; ');

const describe = ({ who, address, port, protocol, holderCountry, bytesOut, bytesIn }: Destination): string =>
  `${who ?? '?'} → ${address}${port === null ? '' : ` ${port}`}/${protocol} (${holderCountry ?? '??'}), ${bytesOut} B ↑ ${bytesIn ?? '?'} B ↓`;

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** `systemctl show` of several units has a blank line between them, which an answer in parts keeps. */
export const isUp = (units: string, unit: string): boolean =>
  units
    .split(/\n\s*\n/)
    .some(
      (block) =>
        block.includes(`Id=${unit}`) && /^ActiveState=active$/m.test(block) && /^UnitFileState=enabled$/m.test(block),
    );
