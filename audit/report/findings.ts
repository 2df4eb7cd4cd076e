import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import type { Audit } from '../audit.ts';
import { chapters, type Finding } from '../finding.ts';
import { type Outcome, outcomeOf, outcomes, outcomeWords } from '../outcome.ts';
import { acceptance } from '../waiver.ts';
import { chapterWords, proofWords } from './chapters.ts';
import { commandIn, longCommands } from './commands.ts';
import { list, moment, number, plain, plainLines } from './format.ts';
import { badge, capital, levels, sectionId } from './outcome.ts';

const words = {
  observed: { nb: 'Observert', en: 'Observed' },
  expected: { nb: 'Ventet', en: 'Expected' },
  command: { nb: 'Spurt med', en: 'Asked by' },
  proves: { nb: 'Viser at', en: 'Shows that' },
  basis: { nb: 'Grunnlag', en: 'Basis' },
  evidence: { nb: 'Bevis', en: 'Evidence' },
  nothingSeen: { nb: 'ingenting', en: 'nothing' },
  provesNothing: { nb: 'viser ikke noe om tilstanden', en: 'shows nothing about the state' },
  noBasis: { nb: 'ikke knyttet til et krav', en: 'not tied to a requirement' },
  noEvidence: { nb: 'ingen fil', en: 'no file' },
  environment: { nb: 'miljøet', en: 'the environment' },
} as const satisfies Record<string, Text>;

const leads: Readonly<Record<Outcome, Text>> = {
  fail: {
    nb: 'Observert og ventet er ikke det samme, og ingen har akseptert det.',
    en: 'What was observed is not what was expected, and nobody has accepted it.',
  },
  accepted: {
    nb: 'Observert og ventet er ikke det samme. Noen har akseptert det til en dato, med en grunn. Det er likevel ikke bestått.',
    en: 'What was observed is not what was expected. Somebody accepted that until a date, with a reason. It is still a failure.',
  },
  error: {
    nb: 'Kontrollen kunne ikke gjennomføres. Tilstanden er ukjent.',
    en: 'The check could not be carried out. The state is unknown.',
  },
  'not evaluated': {
    nb: 'Ingen har sett etter, eller svaret sa ikke nok. Tilstanden er ukjent.',
    en: 'Nobody looked, or the answer did not say enough. The state is unknown.',
  },
  pass: {
    nb: 'Det som ble observert, var det som var ventet. Hvert funn sier hvor langt det rekker.',
    en: 'What was observed is what was expected. Each finding says how far that goes.',
  },
  'not applicable': {
    nb: 'Kontrollen gjelder ikke denne verten. Hvert funn sier hvorfor.',
    en: 'The check does not apply to this host. Each finding says why.',
  },
};

/** All findings: most urgent first, each outcome by chapter, the hosts of one check below each other. */
export function findings(audit: Audit, language: Language): Html {
  const long = longCommands(audit);
  return html`${outcomes.map((outcome) => {
    const of = audit.findings.filter((finding) => outcomeOf(finding, audit.at) === outcome);
    if (of.length === 0) return null;
    const id = sectionId(outcome);
    return html`<section class="report outcome ${levels[outcome]}" aria-labelledby="${id}"><h2 id="${id}">${capital(outcomeWords[outcome][language])}: ${number(of.length, language)}</h2><p class="lead">${leads[outcome][language]}</p>
${chapters.map((chapter) => {
  const inChapter = of.filter((finding) => finding.chapter === chapter);
  if (inChapter.length === 0) return null;
  return html`<h3>${chapterWords[chapter][language]}</h3>${checksOf(inChapter).map((check) => article(check, outcome, audit.at, long, language))}`;
})}</section>`;
  })}`;
}

/** Findings of one check, one per host. */
type CheckFindings = readonly [first: Finding, ...others: Finding[]];

/** What a check says about itself is the same on all hosts. If it differs, it counts as another check here. */
const checksOf = (all: readonly Finding[]): CheckFindings[] =>
  grouped(all, ({ id, title, expected, command, basis }) => [id, title, expected, command, basis]);

/** Groups are in the order of their first findings. */
function grouped(all: readonly Finding[], by: (finding: Finding) => unknown): CheckFindings[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of all) {
    const key = JSON.stringify(by(finding));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()];
}

function article(
  check: CheckFindings,
  outcome: Outcome,
  at: string,
  long: ReadonlyMap<string, number>,
  language: Language,
): Html {
  const [{ id, title, expected, command, basis }] = check;
  return html`<article class="finding"><header>${badge(outcome, language)}<h4>${plain(title[language])}</h4><code>${id}</code></header>
${sameOnHosts(check).map((same) => onHosts(same, at, language))}
<dl class="check">${term(words.expected, plain(expected[language]), language)}${term(words.command, commandIn(command, long, language), language)}${term(words.basis, basis.length === 0 ? words.noBasis[language] : basis.map(plain).join(' · '), language)}</dl></article>`;
}

/** Groups of hosts with the same result of a check: what the environment declares is the same on all. */
function sameOnHosts(check: CheckFindings): CheckFindings[] {
  return grouped(check, ({ words: said, observed, proves, waiver: accepted, at }) => [
    said,
    observed,
    proves,
    accepted,
    at,
  ]);
}

function onHosts(same: CheckFindings, at: string, language: Language): Html {
  const [finding] = same;
  const { words: said, observed, proves, at: seenAt } = finding;
  const hosts = same.map(({ host }) => (host === '' ? capital(words.environment[language]) : plain(host)));
  const evidence = same.flatMap((one) => one.evidence);
  const shown = proves.map((proof) => proofWords[proof][language]);
  return html`<div class="on-host"><p><strong class="host-name">${list(hosts, language)}</strong> ${plain(said[language])}</p>${waiver(finding, at, language)}
<div class="observed"><span class="muted">${words.observed[language]}${observed.trim() === '' ? `: ${words.nothingSeen[language]}` : null}</span>${observed.trim() === '' ? null : html`<pre>${plainLines(observed)}</pre>`}</div>
<p class="limit"><span>${moment(seenAt, language)}</span><span>${shown.length === 0 ? capital(words.provesNothing[language]) : `${words.proves[language]}: ${list(shown, language)}`}</span><span>${words.evidence[language]}: ${
    evidence.length === 0
      ? words.noEvidence[language]
      : evidence.map((path, index) => html`${index === 0 ? '' : ', '}<code>${plain(path)}</code>`)
  }</span></p></div>`;
}

function waiver({ waiver: accepted }: Finding, at: string, language: Language): Html | null {
  if (accepted === null) return null;
  return html`<p class="waiver"><strong>${capital(plain(acceptance(accepted, at, language)))}:</strong> ${plain(accepted.reason)}</p>`;
}

const term = (name: Text, value: Html | string, language: Language): Html =>
  html`<div><dt>${name[language]}</dt><dd>${value}</dd></div>`;
