import { countrySetNames } from '../../addresses/countries.ts';
import type { Text } from '../../lib/text.ts';
import { policyUnit } from '../../provision/topics/egress/names.ts';
import type { Check, CheckContext, Judgement } from '../check.ts';
import { fail, hostCheck, join, notEvaluated, pass } from '../checks/judgement.ts';
import { tooShort } from '../checks/observation-period.ts';
import { type Parts, unreadable } from '../checks/parts.ts';
import { bootedAt, bootQuestion, newest, proofsOf } from '../checks/proofs.ts';
import { egressQuestion, seenQuestion } from './question.ts';
import { parseSeen, type SeenLine } from './seen.ts';

type Mode = CheckContext['environment']['egress']['mode'];

export const policyChecks: readonly Check[] = [
  hostCheck({
    id: 'egress/enforced',
    chapter: 'egress',
    title: { nb: 'Utgående trafikk holdes i området', en: 'Outgoing traffic is kept in the region' },
    expected: {
      nb: 'Verten stanser trafikk som verken går til det erklærte området eller til en navngitt tjeneste, nå og etter en omstart.',
      en: 'The host drops traffic that goes neither to the declared region nor to a named service, now and after a reboot.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'GDPR art. 44-49', 'NSM 2.5', 'SOV-3'],
    questions: [egressQuestion, bootQuestion],
    judge: (answered, context) => judgePolicy(answered(egressQuestion), answered(bootQuestion), context),
  }),
  hostCheck({
    id: 'egress/stopped',
    chapter: 'egress',
    title: { nb: 'Det som reglene ikke slipper ut', en: 'What the policy does not let out' },
    expected: {
      nb: 'Alt som reglene ikke slipper ut, blir stanset og talt.',
      en: 'Everything that the policy does not let out is dropped and counted.',
    },
    basis: ['GDPR art. 5(2)', 'NSM 3.2'],
    questions: [egressQuestion, seenQuestion],
    judge: (answered, { environment }) =>
      judgeStopped(answered(egressQuestion), answered(seenQuestion), environment.egress.mode),
  }),
];

/** `observe` and `report` stop nothing, so they fail this control, however useful they are as a step towards it. */
function judgePolicy(parts: Parts, boot: Parts, { environment }: CheckContext): Judgement {
  const { mode, countries } = environment.egress;
  const { region } = environment.audit;
  const table = parts.maybe('table');
  const unit = parts.need('unit');
  const observed = `${unit}\n${table ?? ''}`;
  if (table === null) {
    return fail(
      mode === 'enforce' || mode === 'report'
        ? {
            nb: `Miljøet sier «${mode}», men verten har ingen regler for utgående trafikk: kjør ./jernverk apply.`,
            en: `The environment says "${mode}", but the host has no rules for outgoing traffic: run ./jernverk apply.`,
          }
        : {
            nb: `Ingenting stanser utgående trafikk: egress.mode er «${mode}».`,
            en: `Nothing stops outgoing traffic: egress.mode is "${mode}".`,
          },
      observed,
    );
  }
  const running = drops(table);
  const persistent = /^UnitFileState=enabled$/m.test(unit);
  const changed = parts.maybe('changed');
  const proves = proofsOf({
    running,
    persistent,
    changedAt: changed === null ? null : newest(changed),
    bootedAt: bootedAt(boot.need('times')),
  });
  const bad = fault({ running, persistent, loaded: parts.need('loaded').trim(), mode });
  if (bad !== null) return fail(bad, observed, proves);
  if (countries === 'any' || (countries === 'eea' && region === 'norway')) {
    return fail(
      countries === 'any'
        ? { nb: 'Reglene slipper trafikk ut til alle land.', en: 'The policy lets traffic out to every country.' }
        : {
            nb: 'Reglene stanser trafikk ut av EØS, men det erklærte området er Norge: reglene slipper trafikk ut til flere land enn området.',
            en: 'The policy drops what leaves the EEA, but the declared region is Norway: the policy lets traffic out to more countries than the region.',
          },
      observed,
      proves,
    );
  }
  const area = countrySetNames[countries];
  return pass(
    {
      nb: `Trafikk fra verten og fra containere slipper bare ut til innehavere i ${area.nb}, private adresser og navngitte tjenester, på IPv4 og IPv6. Det viser reglene i kjernen. De stanser ikke den som har root, og ikke data som en tillatt mottaker sender videre, eller som går ut gjennom DNS.`,
      en: `Traffic from the host and from containers gets out only to holders in ${area.en}, private addresses and named services, on IPv4 and IPv6. This is what the rules in the kernel show. They stop neither somebody who is root nor data that an allowed destination passes on, or that leaves through DNS.`,
    },
    observed,
    proves,
  );
}

/**
 * Both hooks must lead to the rings, and the rings must end in a drop, with no rule before it that allows everything.
 */
export function drops(table: string): boolean {
  const body = (chain: string): string =>
    new RegExp(`chain ${chain} \\{\\n([\\s\\S]*?)\\n\\t\\}`).exec(table)?.[1] ?? '';
  const leads = (chain: string): boolean => {
    const text = body(chain);
    return text.includes(`hook ${chain} `) && /^\s*goto rings$/m.test(text) && !letsAllOut.test(text);
  };
  const rings = body('rings');
  return (
    leads('output') && leads('forward') && /counter name "outside" drop\s*$/.test(rings) && !letsAllOut.test(rings)
  );
}

const letsAllOut = /^\s*(?:counter\s+(?:name "\w+"\s+)?)?accept$/m;

function fault(seen: { running: boolean; persistent: boolean; loaded: string; mode: Mode }): Text | null {
  if (seen.mode !== 'enforce') {
    return {
      nb: `Reglene stanser ingenting: egress.mode er «${seen.mode}».`,
      en: `The policy stops nothing: egress.mode is "${seen.mode}".`,
    };
  }
  if (!seen.running) {
    return {
      nb: 'Miljøet sier «enforce», men reglene i kjernen stanser ikke det de ikke slipper ut.',
      en: 'The environment says "enforce", but the rules in the kernel do not drop what the policy does not let out.',
    };
  }
  if (seen.loaded !== 'as loaded') {
    return {
      nb: 'Reglene er endret for hånd siden de ble lastet.',
      en: 'The rules were changed by hand since they were loaded.',
    };
  }
  if (seen.persistent) return null;
  return {
    nb: `Reglene gjelder nå, men kommer ikke tilbake etter en omstart: ${policyUnit} er ikke slått på.`,
    en: `The rules are in force now, but do not come back after a reboot: ${policyUnit} is not enabled.`,
  };
}

/**
 * In `report` mode every packet counted here went out, so it is a failure. In `enforce` mode it proves that the policy
 * works.
 */
function judgeStopped(parts: Parts, seen: Parts, mode: Mode): Judgement {
  const counters = parts.maybe('counters');
  const table = parts.maybe('table');
  if (counters === null || table === null || (mode !== 'report' && mode !== 'enforce')) {
    return notEvaluated({
      nb: `Ingen regler er i kraft på verten, så ingenting ble talt mot dem (egress.mode er «${mode}»).`,
      en: `No policy is in force on the host, so nothing was counted against one (egress.mode is "${mode}").`,
    });
  }
  const [, packets = ''] = /counter outside \{[^}]*?packets (\d+) bytes \d+/.exec(counters) ?? [];
  if (packets === '') throw unreadable('telleren «outside» mangler', 'the counter "outside" is missing');
  const counted = seen.maybe('counted');
  const lines = counted === null ? [] : parseSeen(counted).lines.filter(({ kind }) => kind === 'outside');
  const observed = `${counters}\n${lines.map(describe).join('\n')}`;
  const found = lines.slice(0, 12).map(describe).join('; ');
  if (mode === 'report' && (lines.length > 0 || packets !== '0')) {
    return fail(
      {
        nb: `Sluppet ut, men ville blitt stanset: ${packets} pakker siden reglene ble lastet. ${found}`,
        en: `Let out, but would have been dropped: ${packets} packets since the policy was loaded. ${found}`,
      },
      observed,
      ['running'],
    );
  }
  if (mode === 'enforce' && !drops(table)) {
    return fail(
      {
        nb: 'Det ble talt, men reglene i kjernen stanser ikke det de ikke slipper ut.',
        en: 'Traffic was counted, but the rules in the kernel do not drop what the policy does not let out.',
      },
      observed,
      ['running'],
    );
  }
  if (counted === null) {
    return notEvaluated({
      nb: 'Det er ikke kjent hvor lenge det er talt: den første målingen er ikke gjort ennå.',
      en: 'It is not known how long traffic has been counted: the first sample has not been taken yet.',
    });
  }
  const { since, sampled } = parseSeen(counted);
  const short = mode === 'report' ? tooShort((sampled.getTime() - since.getTime()) / 1000) : null;
  if (short !== null) {
    const none = { nb: 'Ingenting ville blitt stanset.', en: 'Nothing would have been dropped.' };
    return notEvaluated(join(none, short), observed, ['running']);
  }
  return pass(
    {
      nb: `${packets} pakker som reglene ikke slipper ut, siden reglene ble lastet${mode === 'enforce' ? '; alle ble stanset' : ''}. ${found}`.trim(),
      en: `${packets} packets that the policy does not let out, since it was loaded${mode === 'enforce' ? '; all were dropped' : ''}. ${found}`.trim(),
    },
    observed,
    ['running'],
  );
}

const describe = ({ source, who, address, protocol, port, packets }: SeenLine): string =>
  `${who ?? source} → ${address}${port === null ? '' : ` ${port}`}/${protocol}, ${packets}`;
