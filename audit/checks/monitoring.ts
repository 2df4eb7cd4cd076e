import type { Check } from '../check.ts';
import { agentsIn } from './agents.ts';
import { question } from './question.ts';
import { fail, hostCheck, notEvaluated, pass } from './verdict.ts';

export const unitFiles = question(
  'unit-files',
  'part services systemctl list-unit-files --no-legend --no-pager --type=service --type=socket',
);

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
      const found = agentsIn(answered(unitFiles).filled('services'), 'sends');
      const observed = found.map(({ unit, name }) => `${unit}: ${name}`).join('\n');
      if (found.length === 0)
        return pass(
          {
            nb: 'Ingen av overvåkingsprogrammene vi kjenner er satt opp. Programmer vi ikke kjenner, ses bare på trafikken.',
            en: 'None of the monitoring programs that we know is set up. Programs that we do not know show only in the traffic.',
          },
          observed,
          ['persistent'],
        );
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
