import type { Check, Judgement } from '../check.ts';
import { agentsIn, unknownUnits } from './agents.ts';
import { fail, hostCheck, notEvaluated, pass } from './judgement.ts';
import { unreadable } from './parts.ts';
import { question } from './question.ts';

export const unitFiles = question(
  'unit-files',
  'part services systemctl list-unit-files --no-legend --no-pager --type=service --type=socket',
);

/** The judgement if no program of a list was found: a pass only if everything else that is started is known, too. */
export function onlyKnown(services: string): Judgement {
  // Every host with systemd has this unit, so a list without it is not valid.
  if (!/^\s*systemd-journald\.service\s/m.test(services))
    throw unreadable('listen over tjenester mangler', 'the list of units is missing');
  const unknown = unknownUnits(services);
  if (unknown.length > 0)
    return notEvaluated(
      {
        nb: `Ingen av programmene vi kjenner, er satt opp, men vi vet ikke hva disse gjør: ${unknown.join(', ')}.`,
        en: `None of the known programs is set up, but it is not known what these do: ${unknown.join(', ')}.`,
      },
      unknown.join('\n'),
      ['persistent'],
    );
  return pass(
    {
      nb: 'Alle tjenester som starter av seg selv, er Debians vanlige eller Jernverks. Kontrollen ser ikke programmer som ikke er tjenester i systemd.',
      en: 'All services that start automatically are Debian’s usual ones or Jernverk’s. This check does not see programs that are not systemd services.',
    },
    services,
    ['persistent'],
  );
}

const names = (found: readonly { readonly name: string }[]): string =>
  [...new Set(found.map(({ name }) => name))].join(', ');

export const checks: readonly Check[] = [
  hostCheck({
    id: 'destinations/monitoring-agents',
    chapter: 'destinations',
    title: { nb: 'Overvåking som sender data ut', en: 'Monitoring that sends data out' },
    expected: {
      nb: 'Ingen kjente overvåkingsprogrammer, eller en databehandler for overvåking er ført opp.',
      en: 'No known monitoring program, or a processor for monitoring is declared.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44-49', 'SOV-3', 'SOV-4'],
    questions: [unitFiles],
    judge: (answered, { environment }) => {
      const services = answered(unitFiles).filled('services');
      const found = agentsIn(services, 'sends');
      const observed = found.map(({ unit, name }) => `${unit}: ${name}`).join('\n');
      if (found.length === 0) return onlyKnown(services);
      if (environment.audit.processors.some(({ role }) => role === 'monitoring'))
        return notEvaluated(
          {
            nb: `Disse sender data ut: ${names(found)}. En databehandler for overvåking er ført opp. Et menneske må avgjøre om det er den samme.`,
            en: `These send data out: ${names(found)}. A processor for monitoring is declared. A person must decide whether it is the same one.`,
          },
          observed,
          ['persistent'],
        );
      return fail(
        {
          nb: `Disse sender data ut, og ingen databehandler for overvåking er ført opp: ${names(found)}.`,
          en: `These send data out, and no processor for monitoring is declared: ${names(found)}.`,
        },
        observed,
        ['persistent'],
      );
    },
  }),
];
