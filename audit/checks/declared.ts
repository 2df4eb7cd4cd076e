import type { Text } from '../../lib/text.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { EnvironmentCheck, EnvironmentContext, Judgement } from '../check.ts';
import { fail, join, pass } from './judgement.ts';

export type Declared = Environment['audit'];

/** What only people can declare. It is read from the environment file; whether it is true cannot be observed. */
export const declared = (
  check: Omit<EnvironmentCheck, 'evaluate' | 'questions' | 'chapter'> & {
    readonly judge: (audit: Declared, context: EnvironmentContext) => Judgement;
  },
): EnvironmentCheck => {
  const { judge, ...rest } = check;
  return {
    ...rest,
    chapter: 'controls',
    questions: [],
    evaluate: (context) => judge(context.environment.audit, context),
  };
};

export const asDeclared: Text = {
  nb: 'Dette er oppgitt i miljøfilen og ikke prøvd.',
  en: 'This is what the environment file says; it was not tested.',
};
export const missing = (reads: string, why: Text): Judgement =>
  fail(join({ nb: `${reads} er ikke oppgitt.`, en: `${reads} is not declared.` }, why));

function text(
  id: string,
  key: 'controller' | 'contact' | 'purpose',
  title: Text,
  expected: Text,
  basis: readonly string[],
): EnvironmentCheck {
  const reads = `audit.${key}`;
  return declared({
    id,
    title,
    expected,
    basis,
    reads,
    judge: (audit) => {
      const value = audit[key];
      if (value === undefined) return missing(reads, { nb: `Ventet: ${expected.nb}`, en: `Expected: ${expected.en}` });
      return pass(join({ nb: `${title.nb}: ${value}.`, en: `${title.en}: ${value}.` }, asDeclared), value);
    },
  });
}

export const checks: readonly EnvironmentCheck[] = [
  text(
    'controls/controller',
    'controller',
    { nb: 'Behandlingsansvarlig', en: 'Controller' },
    { nb: 'Miljøfilen sier hvem som er behandlingsansvarlig.', en: 'The environment file names the controller.' },
    ['GDPR art. 5', 'GDPR art. 30'],
  ),
  text(
    'controls/breach-contact',
    'contact',
    { nb: 'Kontakt ved brudd', en: 'Contact for a breach' },
    {
      nb: 'Miljøfilen sier hvem som svarer innen 72 timer ved et brudd.',
      en: 'The environment file says who answers within 72 hours of a breach.',
    },
    ['GDPR art. 33'],
  ),
  text(
    'controls/purpose',
    'purpose',
    { nb: 'Formål', en: 'Purpose' },
    {
      nb: 'Miljøfilen sier hva dataene behandles for.',
      en: 'The environment file says what the data is processed for.',
    },
    ['GDPR art. 5', 'GDPR art. 30'],
  ),
  declared({
    id: 'controls/data-described',
    title: { nb: 'Hvem og hva dataene gjelder', en: 'Whose data it is, and what kinds' },
    expected: {
      nb: 'Miljøfilen sier hvem dataene gjelder, og hva slags data det er.',
      en: 'The environment file says whose data it is, and what kinds of data.',
    },
    basis: ['GDPR art. 30'],
    reads: 'audit.dataSubjects, audit.dataCategories',
    judge: ({ dataSubjects, dataCategories }) => {
      const observed = `${dataSubjects.join(', ')}\n${dataCategories.join(', ')}`.trim();
      if (dataSubjects.length === 0 || dataCategories.length === 0)
        return fail(
          {
            nb: 'audit.dataSubjects eller audit.dataCategories er tom; protokollen (art. 30) trenger begge.',
            en: 'audit.dataSubjects or audit.dataCategories is empty; the record of processing (art. 30) needs both.',
          },
          observed,
        );
      return pass(
        join(
          {
            nb: `Gjelder: ${dataSubjects.join(', ')}. Data: ${dataCategories.join(', ')}.`,
            en: `Subjects: ${dataSubjects.join(', ')}. Data: ${dataCategories.join(', ')}.`,
          },
          asDeclared,
        ),
        observed,
      );
    },
  }),
];
