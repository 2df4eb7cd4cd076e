import type { Language, Text } from '../../lib/text.ts';
import { documentOf } from '../../pages/document.ts';
import { type Html, html } from '../../pages/html.ts';
import type { Audit } from '../audit.ts';
import { outcomes } from '../outcome.ts';
import { commands, longCommands } from './commands.ts';
import { declarations } from './declared.ts';
import { destinations } from './destinations.ts';
import { findings } from './findings.ts';
import { plain } from './format.ts';
import type { ReportExtras } from './input.ts';
import { cannotShow } from './limits.ts';
import { locations } from './location.ts';
import { count, sectionId } from './outcome.ts';
import { style } from './style.ts';
import { head, numbers, pageTitle } from './summary.ts';
import { verification } from './verification.ts';

const words = {
  contents: { nb: 'Innhold', en: 'Contents' },
  findings: { nb: 'Funnene', en: 'The findings' },
  location: { nb: 'Hvor vertene er', en: 'Where the hosts are' },
  destinations: { nb: 'Hvor trafikken gikk', en: 'Where the traffic went' },
  declared: { nb: 'Avtaler, lagringstid og aksepterte avvik', en: 'Agreements, retention and waivers' },
  verification: { nb: 'Kontroll av beviset', en: 'Verifying the evidence' },
  limits: { nb: 'Det revisjonen ikke kan vise', en: 'What it cannot show' },
  footer: {
    nb: 'Alle tider er UTC. Kodene for Svalbard, Jan Mayen og Bouvetøya regnes verken som Norge eller som EØS. Kart: Natural Earth, fri bruk. Rapporten er laget uten å spørre andre enn vertene, og viser ikke til noe utenfor seg selv.',
    en: 'All times are UTC. The codes of Svalbard, Jan Mayen and Bouvet Island count as neither Norway nor the EEA. Map: Natural Earth, public domain. The report was made without asking anybody but the hosts, and refers to nothing outside of itself.',
  },
} as const satisfies Record<string, Text>;

/**
 * The report as one self-contained HTML file. The numbers and what cannot be shown come first, then what needs
 * attention, then the rest. The same input gives the same bytes.
 */
export function renderAudit(audit: Audit, language: Language, extras: ReportExtras = {}): string {
  const content = html`${head(audit, language)}
${numbers(audit, language)}
${cannotShow(language)}
${contents(audit, language)}
${findings(audit, language)}
${locations(audit, extras, language)}
${destinations(audit, language)}
${declarations(audit, extras, language)}
${commands(longCommands(audit), language)}
${verification(extras, language)}
<footer><p>${plain(audit.addresses.attribution)}</p><p>${words.footer[language]}</p></footer>`;
  return documentOf({ language, title: pageTitle(audit, language), style, content });
}

function contents(audit: Audit, language: Language): Html {
  const first = outcomes.find((outcome) => count(audit, outcome) > 0);
  const links: readonly (readonly [string, Text])[] = [
    ['limits', words.limits],
    ...(first === undefined ? [] : [[sectionId(first), words.findings] as const]),
    ['location', words.location],
    ['destinations', words.destinations],
    ['declared', words.declared],
    ['verification', words.verification],
  ];
  return html`<nav class="contents" aria-label="${words.contents[language]}"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name[language]}</a></li>`)}</ul></nav>`;
}
