import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import { table } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import { hasExpired, outcomeOf } from '../outcome.ts';
import { countryName } from './country-names.ts';
import { day, duration, list, plain } from './format.ts';
import type { ReportExtras } from './input.ts';
import { badge } from './outcome.ts';

const words = {
  title: { nb: 'Oppgitt i miljøfilen', en: 'Declared in the environment file' },
  lead: {
    nb: 'Det virksomheten selv har oppgitt. Revisjonen har ikke lest avtalene og ikke kontrollert opplysningene.',
    en: 'What the organisation states itself. The audit has not read the agreements, nor checked what is stated.',
  },
  missing: {
    nb: 'Opplysningene er ikke med i denne rapporten.',
    en: 'These declarations are not part of this report.',
  },
  controller: { nb: 'Behandlingsansvarlig', en: 'Controller' },
  contact: { nb: 'Kontakt ved brudd', en: 'Contact for breaches' },
  purpose: { nb: 'Formål', en: 'Purpose' },
  subjects: { nb: 'Registrerte', en: 'Data subjects' },
  categories: { nb: 'Opplysninger', en: 'Categories of data' },
  notDeclared: { nb: 'ikke oppgitt', en: 'not declared' },
  processors: { nb: 'Databehandlere', en: 'Processors' },
  noProcessor: { nb: 'Ingen databehandler er oppgitt.', en: 'No processor is declared.' },
  name: { nb: 'Navn', en: 'Name' },
  role: { nb: 'Oppgave', en: 'Role' },
  country: { nb: 'Registrert i', en: 'Registered in' },
  parent: { nb: 'Eier registrert i', en: 'Owner registered in' },
  agreement: { nb: 'Databehandleravtale', en: 'Data-processing agreement' },
  noAgreement: { nb: '✗ ingen oppgitt', en: '✗ none declared' },
  signed: { nb: 'inngått', en: 'signed' },
  expires: { nb: 'gjelder til og med', en: 'valid through' },
  expired: { nb: '✗ utløp', en: '✗ expired' },
  untilEnded: { nb: 'gjelder til den sies opp', en: 'valid until terminated' },
  retention: { nb: 'Lagringstid', en: 'Retention' },
  what: { nb: 'Hva', en: 'What' },
  policy: { nb: 'Egen grense', en: 'Own limit' },
  found: { nb: 'Funn om lagringstid', en: 'Findings about retention' },
  host: { nb: 'Vert', en: 'Host' },
  status: { nb: 'Status', en: 'Status' },
  finding: { nb: 'Funn', en: 'Finding' },
  noFinding: {
    nb: 'Ingen kontroll av lagringstid er med i revisjonen.',
    en: 'The audit has no check of retention.',
  },
  jobs: { nb: 'Jobber i kø', en: 'Jobs in a queue' },
  logs: { nb: 'Logger', en: 'Logs' },
  files: { nb: 'Filer og resultater av jobber', en: 'Files and results of jobs' },
  waivers: { nb: 'Aksepterte avvik', en: 'Waivers' },
  noWaiver: { nb: 'Ingen avvik er akseptert.', en: 'No failure is accepted.' },
  by: { nb: 'Akseptert av', en: 'Accepted by' },
  reason: { nb: 'Begrunnelse', en: 'Reason' },
  until: { nb: 'Til og med', en: 'Valid through' },
  use: { nb: 'I denne revisjonen', en: 'In this audit' },
  allHosts: { nb: 'alle', en: 'all' },
  inUse: { nb: 'gjelder et funn som ikke er bestått', en: 'applies to a finding that failed' },
  outOfDate: { nb: '✗ utløpt: godtar ikke lenger noe', en: '✗ expired: no longer accepts anything' },
  unused: { nb: 'gjelder ingen funn', en: 'applies to no finding' },
} as const satisfies Record<string, Text>;

type Declared = NonNullable<ReportExtras['declared']>;

const roles: Readonly<Record<Declared['processors'][number]['role'], Text>> = {
  hosting: { nb: 'drift av servere', en: 'hosting' },
  backup: { nb: 'sikkerhetskopi', en: 'backup' },
  monitoring: { nb: 'overvåking', en: 'monitoring' },
  mail: { nb: 'e-post', en: 'mail' },
  other: { nb: 'annet', en: 'other' },
};

/** What is declared, next to what the audit found about it. */
export function declarations(audit: Audit, { declared }: ReportExtras, language: Language): Html {
  return html`<section class="report declared" aria-labelledby="declared"><h2 id="declared">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p>
${declared === undefined ? html`<p class="why">${words.missing[language]}</p>` : html`${register(declared, language)}${processors(declared, audit.at, language)}`}
${retention(audit, declared, language)}${waivers(audit, declared, language)}</section>`;
}

function register(declared: Declared, language: Language): Html {
  const { controller, contact, purpose, dataSubjects, dataCategories } = declared;
  const given = (text: string | undefined): string => (text ? plain(text) : words.notDeclared[language]);
  const rows = [
    [words.controller, given(controller)],
    [words.contact, given(contact)],
    [words.purpose, given(purpose)],
    [words.subjects, given(list(dataSubjects, language))],
    [words.categories, given(list(dataCategories, language))],
  ] as const;
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name[language]}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function processors({ processors: all }: Declared, at: string, language: Language): Html {
  if (all.length === 0)
    return html`<h3>${words.processors[language]}</h3><p class="why">${words.noProcessor[language]}</p>`;
  const columns = [words.name, words.role, words.country, words.parent, words.agreement];
  const rows = all.map((one) => [
    html`${plain(one.name)}${one.organisation === undefined ? null : html`<br><span class="muted">${plain(one.organisation)}</span>`}`,
    roles[one.role][language],
    countryName(one.country, language),
    one.parentCountry === undefined ? words.notDeclared[language] : countryName(one.parentCountry, language),
    agreement(one.agreement, at, language),
  ]);
  return html`<h3>${words.processors[language]}</h3>${prose(words.processors, columns, rows, language)}`;
}

function agreement(of: Declared['processors'][number]['agreement'], at: string, language: Language): Html {
  if (of === undefined) return html`<strong class="warning">${words.noAgreement[language]}</strong>`;
  const signed = `${words.signed[language]} ${day(of.signed, language)}`;
  if (of.expires === undefined) return html`${signed}, ${words.untilEnded[language]}`;
  const until = day(of.expires, language);
  return hasExpired(of.expires, at)
    ? html`${signed}, <strong class="warning">${words.expired[language]} ${until}</strong>`
    : html`${signed}, ${words.expires[language]} ${until}`;
}

/** Uses the check's name, because several chapters ask what is kept, and for how long. */
const isOfRetention = (id: string): boolean => /retention|-ttl\b/.test(id);

function retention(audit: Audit, declared: Declared | undefined, language: Language): Html {
  const { jobs, logs, files } = declared?.retention ?? {};
  const limits = [
    [words.jobs, jobs],
    [words.logs, logs],
    [words.files, files],
  ] as const;
  const found = audit.findings.filter(({ id }) => isOfRetention(id));
  return html`<h3>${words.retention[language]}</h3>${
    declared === undefined
      ? null
      : prose(
          words.policy,
          [words.what, words.policy],
          limits.map(([name, limit]) => [
            name[language],
            limit === undefined ? words.notDeclared[language] : duration(limit.seconds, language),
          ]),
          language,
        )
  }${
    found.length === 0
      ? html`<p class="why">${words.noFinding[language]}</p>`
      : prose(
          words.found,
          [words.host, words.status, words.finding],
          found.map((finding) => [
            plain(finding.host) || '–',
            badge(outcomeOf(finding, audit.at), language),
            plain(finding.words[language]),
          ]),
          language,
        )
  }`;
}

interface Waiver {
  readonly finding: string;
  readonly host: string | null;
  readonly by?: string | undefined;
  readonly reason: string;
  readonly expires: string;
}

/** The waivers that findings have, and declared ones that no finding needs: these should be removed. */
function waivers(audit: Audit, declared: Declared | undefined, language: Language): Html {
  const used: Waiver[] = audit.findings.flatMap(({ id, host, waiver }) =>
    waiver === null ? [] : [{ finding: id, host, ...waiver }],
  );
  const unused: Waiver[] = (declared?.waivers ?? [])
    .filter(({ finding, host }) => !used.some((one) => one.finding === finding && (!host || host === one.host)))
    .map((waiver) => ({ ...waiver, host: waiver.host ?? null }));
  const row = (one: Waiver, use: Text): readonly (Html | string)[] => [
    html`<code>${plain(one.finding)}</code>`,
    one.host === null ? words.allHosts[language] : plain(one.host) || '–',
    one.by === undefined ? words.notDeclared[language] : plain(one.by),
    plain(one.reason),
    day(one.expires, language),
    hasExpired(one.expires, audit.at)
      ? html`<strong class="warning">${words.outOfDate[language]}</strong>`
      : use[language],
  ];
  const rows = [...used.map((one) => row(one, words.inUse)), ...unused.map((one) => row(one, words.unused))];
  const columns = [words.finding, words.host, words.by, words.reason, words.until, words.use];
  return html`<h3>${words.waivers[language]}</h3>${
    rows.length === 0
      ? html`<p class="why">${words.noWaiver[language]}</p>`
      : prose(words.waivers, columns, rows, language)
  }`;
}

const prose = (
  caption: Text,
  columns: readonly Text[],
  rows: readonly (readonly (Html | string)[])[],
  language: Language,
): Html =>
  html`<div class="prose-table">${table(
    caption[language],
    columns.map((name) => name[language]),
    rows,
  )}</div>`;
