import type { Check, Judgement } from '../check.ts';
import { agentsIn, unknownUnits } from './agents.ts';
import { fail, hostCheck, notEvaluated, pass } from './judgement.ts';
import { question } from './question.ts';

export const unitFiles = question(
  'unit-files',
  'part services systemctl list-unit-files --no-legend --no-pager --type=service --type=socket',
);

/** The judgement if no program of a list was found: a pass only if everything else that is started is known, too. */
export function onlyKnown(services: string): Judgement {
  // Every host with systemd has this unit, so a list without it is not valid.
  if (!/^\s*systemd-journald\.service\s/m.test(services)) throw new Error('no list of units');
  const unknown = unknownUnits(services);
  if (unknown.length > 0)
    return notEvaluated(
      {
        nb: `Ingen av programmene vi kjenner er satt opp, men hva disse gjør, vet vi ikke: ${unknown.join(', ')}.`,
        en: `None of the programs that we know is set up, but what these do is not known: ${unknown.join(', ')}.`,
      },
      unknown.join('\n'),
      ['persistent'],
    );
  return pass(
    {
      nb: 'Alle tjenester som starter av seg selv, er Debians vanlige eller Jernverks. Programmer som ikke er tjenester i systemd, ses ikke her.',
      en: 'All services that start by themselves are Debian’s usual ones or Jernverk’s. Programs that are no services of systemd are not seen here.',
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
            nb: `Disse sender data ut: ${names(found)}. En databehandler for overvåking er ført opp; om det er samme, må avgjøres av et menneske.`,
            en: `These send data out: ${names(found)}. A processor for monitoring is declared; whether it is the same one is for a person to say.`,
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
