import type { Language } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import type { Audit } from '../audit.ts';
import { type Outcome, outcomeOf, outcomeWords } from '../outcome.ts';

export const count = ({ findings, at }: Audit, outcome: Outcome): number =>
  findings.filter((finding) => outcomeOf(finding, at) === outcome).length;

/** Never by colour alone: each outcome has a sign and a word. */
export const signs: Readonly<Record<Outcome, string>> = {
  fail: '✗',
  accepted: '✗',
  error: '!',
  'not evaluated': '?',
  pass: '✓',
  'not applicable': '–',
};

/** The class of the house style that sets the colour. */
export const levels: Readonly<Record<Outcome, 'good' | 'fair' | 'bad' | 'unknown'>> = {
  fail: 'bad',
  accepted: 'fair',
  error: 'fair',
  'not evaluated': 'fair',
  pass: 'good',
  'not applicable': 'unknown',
};

export const badge = (outcome: Outcome, language: Language): Html =>
  html`<span class="badge ${levels[outcome]}"><span aria-hidden="true">${signs[outcome]}</span> ${outcomeWords[outcome][language]}</span>`;

/** The id of an outcome's section in the page. */
export const sectionId = (outcome: Outcome): string => `outcome-${outcome.replace(' ', '-')}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
