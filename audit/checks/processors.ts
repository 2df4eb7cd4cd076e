import { countrySetNames, isIn } from '../../addresses/countries.ts';
import type { Text } from '../../lib/text.ts';
import type { EnvironmentCheck, EnvironmentContext, Judgement } from '../check.ts';
import { asDeclared, type Declared, declared, missing } from './declared.ts';
import { fail, join, notEvaluated, pass } from './judgement.ts';

type Processor = Declared['processors'][number];

const endOf = (date: string): number => Date.parse(`${date}T23:59:59Z`);
const names = (processors: readonly Processor[]): string => processors.map(({ name }) => name).join(', ');

/** Days before an agreement's end from which the audit points it out. */
const warningDays = 60;

function agreements({ processors }: Declared, { now }: EnvironmentContext): Judgement {
  if (processors.length === 0) return missing('audit.processors', noProcessor);
  const observed = processors
    .map(({ name, agreement }) =>
      agreement === undefined
        ? `${name}: agreement –`
        : `${name}: agreement signed ${agreement.signed}, expires ${agreement.expires ?? '–'}`,
    )
    .join('\n');
  const without = processors.filter(({ agreement }) => agreement === undefined);
  const ended = processors.filter(
    ({ agreement }) => agreement?.expires !== undefined && endOf(agreement.expires) < now.getTime(),
  );
  const future = processors.filter(
    ({ agreement }) => agreement !== undefined && Date.parse(`${agreement.signed}T00:00:00Z`) > now.getTime(),
  );
  const soon = processors.filter(({ agreement }) => {
    const left = agreement?.expires === undefined ? Number.POSITIVE_INFINITY : endOf(agreement.expires) - now.getTime();
    return left >= 0 && left < warningDays * 86_400_000;
  });
  const faults = [
    without.length > 0
      ? { nb: `Uten databehandleravtale: ${names(without)}.`, en: `Without an agreement: ${names(without)}.` }
      : null,
    ended.length > 0
      ? { nb: `Avtalen er utløpt: ${names(ended)}.`, en: `The agreement has expired: ${names(ended)}.` }
      : null,
    future.length > 0
      ? {
          nb: `Avtalen er datert fram i tid: ${names(future)}.`,
          en: `The agreement is dated in the future: ${names(future)}.`,
        }
      : null,
  ];
  const warning =
    soon.length > 0
      ? {
          nb: `Utløper innen ${warningDays} døgn: ${names(soon)}.`,
          en: `Expires within ${warningDays} days: ${names(soon)}.`,
        }
      : null;
  if (faults.some((fault) => fault !== null)) return fail(join(...faults, warning), observed);
  return pass(
    join(
      {
        nb: `Miljøfilen fører opp en avtale som gjelder i dag, for alle ${processors.length}.`,
        en: `The environment file lists an agreement in force today for all ${processors.length}.`,
      },
      warning,
      asDeclared,
    ),
    observed,
  );
}

const noProcessor: Text = {
  nb: 'Minst den som eier maskinen, er databehandler.',
  en: 'The owner of the machine, at least, is a processor.',
};

function jurisdictions({ processors, region }: Declared): Judgement {
  if (processors.length === 0) return missing('audit.processors', noProcessor);
  const observed = processors
    .map(({ name, country, parentCountry }) => `${name}: ${country}, parentCountry ${parentCountry ?? '–'}`)
    .join('\n');
  const countries = (processor: Processor): string[] => [
    processor.country,
    processor.parentCountry ?? processor.country,
  ];
  const outsideEea = processors.filter((processor) => countries(processor).some((country) => !isIn('eea', country)));
  const outsideRegion = processors.filter(
    (processor) => !outsideEea.includes(processor) && countries(processor).some((country) => !isIn(region, country)),
  );
  const ownerNotTold = processors.filter(({ parentCountry }) => parentCountry === undefined);
  const limit = countrySetNames[region];
  const faults = [
    outsideEea.length > 0
      ? {
          nb: `Registrert eller eid utenfor EØS: ${names(outsideEea)}. Da kan et tredjelands lov gjelde for dem, også for data som er i Norge. Det skal vurderes før avtalen inngås (art. 28).`,
          en: `Registered or owned outside the EEA: ${names(outsideEea)}. The law of a third country may then bind them, even for data in Norway. Assess this before you make an agreement (art. 28).`,
        }
      : null,
    outsideRegion.length > 0
      ? {
          nb: `Innenfor EØS, men utenfor egen grense (${limit.nb}): ${names(outsideRegion)}.`,
          en: `Inside the EEA, but outside your own limit (${limit.en}): ${names(outsideRegion)}.`,
        }
      : null,
  ];
  const unknown =
    ownerNotTold.length > 0
      ? {
          nb: `Eierens land er ikke oppgitt for: ${names(ownerNotTold)}.`,
          en: `The owner’s country is not declared for: ${names(ownerNotTold)}.`,
        }
      : null;
  if (faults.some((fault) => fault !== null)) return fail(join(...faults, unknown), observed);
  if (unknown !== null) return notEvaluated(unknown, observed);
  return pass(
    join(
      {
        nb: `Alle er ført opp som registrert og eid innenfor egen grense (${limit.nb}).`,
        en: `All are declared as registered and owned inside your own limit (${limit.en}).`,
      },
      asDeclared,
    ),
    observed,
  );
}

/** What is declared about those who process data for the controller. */
export const checks: readonly EnvironmentCheck[] = [
  declared({
    id: 'controls/hosting-provider',
    title: { nb: 'Den som eier maskinen', en: 'The owner of the machine' },
    expected: {
      nb: 'Leverandøren av maskinen er ført opp som databehandler (hosting).',
      en: 'The provider of the machine is declared as a processor (hosting).',
    },
    basis: ['GDPR art. 28', 'GDPR art. 30', 'SOV-1', 'SOV-2'],
    reads: 'audit.processors',
    judge: ({ processors }) => {
      const hosting = processors.filter(({ role }) => role === 'hosting');
      if (hosting.length === 0) return missing('audit.processors (role: hosting)', noProcessor);
      return pass(
        join({ nb: `Oppgitt: ${names(hosting)}.`, en: `Declared: ${names(hosting)}.` }, asDeclared),
        hosting.map(({ name, organisation }) => `${name} ${organisation ?? ''}`.trim()).join('\n'),
      );
    },
  }),
  declared({
    id: 'controls/processor-agreements',
    title: { nb: 'Databehandleravtaler', en: 'Data-processing agreements' },
    expected: {
      nb: 'Miljøfilen fører opp en avtale som gjelder i dag, for hver databehandler.',
      en: 'The environment file lists an agreement in force today for each processor.',
    },
    basis: ['GDPR art. 28'],
    reads: 'audit.processors',
    judge: agreements,
  }),
  declared({
    id: 'controls/processor-countries',
    title: {
      nb: 'Hvilket lands lov som gjelder for databehandlerne',
      en: 'Which country’s law applies to the processors',
    },
    expected: {
      nb: 'Databehandlere og eierne deres er registrert innenfor egen grense.',
      en: 'Processors and their owners are registered inside your own limit.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44-49', 'SOV-1', 'SOV-2'],
    reads: 'audit.processors',
    judge: jurisdictions,
  }),
];
