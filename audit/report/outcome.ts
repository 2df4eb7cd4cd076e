import { type Html, html } from '../../benchmarks/report/html.ts';
import type { Audit } from '../audit.ts';
import { statusWords } from '../evidence/diff-lines.ts';
import type { Finding } from '../finding.ts';
import type { Language, Text } from '../text.ts';

/** In the order in which somebody without time reads them. An accepted failure is still a failure, by itself. */
export const outcomes = ['fail', 'accepted', 'error', 'not evaluated', 'pass', 'not applicable'] as const;
export type Outcome = (typeof outcomes)[number];

/** Days are UTC's; a waiver holds on its last day, too. */
export const hasExpired = (expires: string, at: string): boolean => expires < at.slice(0, 10);

export function outcomeOf({ status, waiver }: Finding, at: string): Outcome {
  if (status !== 'fail') return status;
  return waiver === null || hasExpired(waiver.expires, at) ? 'fail' : 'accepted';
}

export const count = ({ findings, at }: Audit, outcome: Outcome): number =>
  findings.filter((finding) => outcomeOf(finding, at) === outcome).length;

export const outcomeWords: Readonly<Record<Outcome, Text>> = {
  ...statusWords,
  accepted: { nb: 'ikke bestått, akseptert', en: 'failed, accepted' },
};

/** Never by colour alone: each has a sign and a word. */
export const signs: Readonly<Record<Outcome, string>> = {
  fail: '✗',
  accepted: '✗',
  error: '!',
  'not evaluated': '?',
  pass: '✓',
  'not applicable': '–',
};

/** The class of the house style that gives the colour. */
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

/** Id of an outcome's section in the page. */
export const sectionId = (outcome: Outcome): string => `outcome-${outcome.replace(' ', '-')}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
