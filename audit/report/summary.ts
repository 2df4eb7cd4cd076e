import { ageDays, staleDays } from '../../addresses/age.ts';
import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import { table } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import { chapters } from '../finding.ts';
import { type Outcome, outcomeOf, outcomes, outcomeWords } from '../outcome.ts';
import { chapterWords } from './chapters.ts';
import { day, exclusion, list, moment, number, plain } from './format.ts';
import { badge, capital, count, levels, sectionId } from './outcome.ts';

const words = {
  over: { nb: 'Jernverk revisjon', en: 'Jernverk audit' },
  title: { nb: 'Hvor er dataene, og hvor kan de ta veien?', en: 'Where is the data, and where can it go?' },
  audited: { nb: 'Hva', en: 'What' },
  environment: { nb: 'Miljøet', en: 'Environment' },
  at: { nb: 'Når', en: 'When' },
  rules: { nb: 'Regler', en: 'Rules' },
  version: { nb: 'versjon', en: 'version' },
  data: { nb: 'Adressedata', en: 'Address data' },
  of: { nb: 'datert', en: 'dated' },
  stale: { nb: 'dager gamle ved revisjonen: land kan være feil', en: 'days old at the audit: countries may be wrong' },
  before: { nb: 'Forrige revisjon', en: 'Previous audit' },
  none: { nb: 'ingen: dette er den første i kjeden', en: 'none: this is the first in the chain' },
  noHost: { nb: 'ingen vert', en: 'no host' },
  excluded: { nb: 'Ikke revidert', en: 'Not audited' },
  result: { nb: 'Resultatet i tall', en: 'The result in numbers' },
  lead: {
    nb: 'Ett funn er én kontroll av én vert eller av miljøet. Ikke vurdert og feil under kontrollen betyr at vi ikke vet; det er aldri det samme som bestått. Tallene kan ikke legges sammen til en karakter.',
    en: 'A finding is one check of one host, or of the environment. Not evaluated and error mean that nobody knows; neither is ever a pass. The numbers do not add up to a grade.',
  },
  chapter: { nb: 'Kapittel', en: 'Chapter' },
  byChapter: { nb: 'Funn etter kapittel', en: 'Findings by chapter' },
  failed: { nb: 'Dette er ikke bestått', en: 'What failed' },
  unknown: { nb: 'Dette vet vi ikke', en: 'What is not known' },
  nothingFailed: {
    nb: 'Ingen kontroll som ble fullført, fant avvik fra det som var ventet. Det sier ikke noe om det som ikke ble vurdert, eller om det verktøyet ikke kan se.',
    en: 'No check that was completed found anything but what was expected. That says nothing about what was not evaluated, or about what the tool cannot see.',
  },
  nothing: {
    nb: 'Revisjonen har ingen funn: ingenting er kontrollert.',
    en: 'The audit has no findings: nothing was checked.',
  },
} as const satisfies Record<string, Text>;

export const pageTitle = (audit: Audit, language: Language): string =>
  `${words.over[language]}: ${plain(audit.environment)}, ${day(audit.at, language)}`;

/** What was audited, when, by which rules and with which data. */
export function head(audit: Audit, language: Language): Html {
  const { environment, at, tool, rules, addresses, scope, previous } = audit;
  const hosts = scope.hosts.length === 0 ? words.noHost[language] : list(scope.hosts.map(plain), language);
  const age = ageDays(new Date(addresses.date), new Date(at));
  const rows: readonly (readonly [Text, Html | string])[] = [
    [words.audited, `${words.environment[language]} ${plain(environment)}: ${hosts}`],
    [words.at, moment(at, language)],
    [
      words.rules,
      html`Jernverk ${words.version[language]} ${plain(tool)}<br><code class="hash">sha256 ${rules}</code>`,
    ],
    [
      words.data,
      html`${plain(addresses.name)}, ${words.of[language]} ${day(addresses.date, language)}${
        age > staleDays
          ? html` <strong class="warning">${number(age, language)} ${words.stale[language]}</strong>`
          : null
      }<br><code class="hash">sha256 ${addresses.sha256}</code>`,
    ],
    [
      words.before,
      previous === null
        ? words.none[language]
        : html`${moment(previous.at, language)}<br><code class="hash">sha256 ${previous.sha256}</code>`,
    ],
  ];
  return html`<header><p class="over">${words.over[language]}</p><h1>${words.title[language]}</h1>
<dl class="facts scope">${rows.map(([name, value]) => html`<div><dt>${name[language]}</dt><dd>${value}</dd></div>`)}</dl>
${excluded(audit, language)}</header>`;
}

function excluded({ scope }: Audit, language: Language): Html | null {
  if (scope.excluded.length === 0) return null;
  const items = scope.excluded.map(
    ({ host, reason }) => html`<li><strong>${plain(host)}</strong>: ${exclusion(reason, language)}</li>`,
  );
  return html`<div class="incomplete"><p><strong>${words.excluded[language]}</strong></p><ul>${items}</ul></div>`;
}

/** Counts of each outcome next to each other, what failed by name, and the counts of each chapter. */
export function numbers(audit: Audit, language: Language): Html {
  const shown = outcomes.filter((outcome) => outcome !== 'accepted' || count(audit, outcome) > 0);
  const body =
    audit.findings.length === 0
      ? html`<p class="why">${words.nothing[language]}</p>`
      : html`<ul class="tally">${shown.map((outcome) => tile(audit, outcome, language))}</ul>
${named(audit, language)}
${table(
  words.byChapter[language],
  [words.chapter[language], ...shown.map((outcome) => capital(outcomeWords[outcome][language]))],
  chapters.map((chapter) => [
    chapterWords[chapter][language],
    ...shown.map((outcome) => {
      const of = audit.findings.filter((one) => one.chapter === chapter && outcomeOf(one, audit.at) === outcome);
      return of.length === 0 ? '–' : number(of.length, language);
    }),
  ]),
)}`;
  return html`<section class="numbers" aria-labelledby="numbers"><h2 id="numbers">${words.result[language]}</h2><p class="lead">${words.lead[language]}</p>${body}</section>`;
}

function tile(audit: Audit, outcome: Outcome, language: Language): Html {
  const amount = count(audit, outcome);
  const name = html`<strong>${number(amount, language)}</strong> ${badge(outcome, language)}`;
  return html`<li class="${amount === 0 ? 'none' : levels[outcome]}">${amount === 0 ? name : html`<a href="#${sectionId(outcome)}">${name}</a>`}</li>`;
}

/** What needs attention, by title. */
function named(audit: Audit, language: Language): Html {
  const of = (...wanted: readonly Outcome[]): Html | null => {
    const found = audit.findings.filter((finding) => wanted.includes(outcomeOf(finding, audit.at)));
    const hosts = new Map<string, { readonly title: string; readonly names: string[] }>();
    for (const { id, title, host } of found) {
      const entry = hosts.get(id) ?? { title: plain(title[language]), names: [] };
      if (host !== '') entry.names.push(plain(host));
      hosts.set(id, entry);
    }
    if (hosts.size === 0) return null;
    const items = [...hosts.values()].map(
      ({ title, names }) =>
        html`<li><strong>${title}</strong>${names.length === 0 ? null : html` <span class="muted">${list(names, language)}</span>`}</li>`,
    );
    const heading = wanted.includes('fail') ? words.failed : words.unknown;
    return html`<div><h3>${heading[language]}</h3><ul>${items}</ul></div>`;
  };
  const failed = of('fail');
  const nothing = failed === null ? html`<p class="why">${words.nothingFailed[language]}</p>` : null;
  return html`${nothing}<div class="named">${failed}${of('error', 'not evaluated')}</div>`;
}
