import { hintOf, messageOf } from '../../lib/errors.ts';
import { quoted } from '../../lib/printable.ts';
import type { Unresolved } from '../engine/diff.ts';
import type { TopicName } from '../engine/topic.ts';
import type { AttributePath, Diagnostic } from './protocol.ts';

/** What Terraform prints: one line, then the details and what to do. */
export interface Problem {
  readonly summary: string;
  /** Lines. */
  readonly detail?: string | readonly string[];
  /** The attribute it is about, followed by the key if it is a map. */
  readonly path?: readonly string[];
}

/** A call that cannot be answered as asked. Terraform shows it as an error and keeps its state. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.summary);
    this.name = 'Refusal';
    this.problem = problem;
  }
}

/** Terraform prints a diagnostic unchanged, so a host's words are made printable here. */
const diagnostic = (severity: Diagnostic['severity'], { summary, detail, path }: Problem): Diagnostic => ({
  severity,
  summary: quoted(summary),
  ...(detail === undefined ? {} : { detail: [detail].flat().map(quoted).join('\n') }),
  ...(path === undefined ? {} : { attribute: attributePath(path) }),
});

export const failure = (problem: Problem): Diagnostic => diagnostic('ERROR', problem);
export const warning = (problem: Problem): Diagnostic => diagnostic('WARNING', problem);

/** Returns any error as a diagnostic. `where` says what was asked of which host. */
export function failureOf(error: unknown, where: string): Diagnostic {
  if (error instanceof Refusal) return failure(error.problem);
  const hint = hintOf(error);
  return failure({ summary: `${where}: ${messageOf(error)}`, ...(hint === undefined ? {} : { detail: hint }) });
}

/** Settings that could not be read, one error each. They never count as absent. */
export const couldNotRead = (host: string, topic: TopicName, unresolved: readonly Unresolved[]): Diagnostic[] =>
  unresolved.map(({ key, reason }) =>
    failure({
      summary: `${host}: ${topic}: could not read ${key}`,
      detail: [reason, 'Nothing was changed, since what cannot be read may be right or wrong.'],
      path: ['settings', key],
    }),
  );

/** Settings that this host cannot have, in one warning. */
export function notApplicable(host: string, topic: TopicName, unresolved: readonly Unresolved[]): Diagnostic[] {
  if (unresolved.length === 0) return [];
  const settings = unresolved.length === 1 ? '1 setting is' : `${unresolved.length} settings are`;
  const reasons = new Map<string, string[]>();
  for (const { key, reason } of unresolved) reasons.set(reason, [...(reasons.get(reason) ?? []), key]);
  const detail = [...reasons].map(([reason, keys]) => `${reason}: ${keys.join(', ')}`);
  return [warning({ summary: `${host}: ${topic}: ${settings} not applicable on this host`, detail })];
}

/** What a person must know, one warning each. */
export const notices = (host: string, topic: TopicName, told: readonly Unresolved[]): Diagnostic[] =>
  told.map(({ reason }) => warning({ summary: `${host}: ${topic}: ${reason}` }));

export const attributePath = ([attribute = '', ...keys]: readonly string[]): AttributePath => ({
  steps: [{ attribute_name: attribute }, ...keys.map((key) => ({ element_key_string: key }))],
});
