import { membershipsOf } from '../../addresses/members.ts';
import type { Judgement } from '../check.ts';
import { notApplicable, notEvaluated, pass } from '../checks/judgement.ts';
import type { LocationInputs } from './inputs.ts';

/** Whether a network is at an exchange, according to the exchange's own list. A fact, not a requirement. */
export function exchangeMember({ members }: LocationInputs, asn: number | undefined): Judgement {
  if (asn === undefined) {
    return notEvaluated({
      nb: 'AS-nummeret til nettet er ikke oppgitt (audit.network.asn).',
      en: 'The AS number of the network is not declared (audit.network.asn).',
    });
  }
  if (members.length === 0) {
    return notEvaluated({
      nb: 'Ingen medlemsliste fra en samtrafikk er gitt.',
      en: 'No member export of an exchange was given.',
    });
  }
  const found = membershipsOf(members, asn);
  const dates = members.map(({ date }) => date.toISOString().slice(0, 10)).join(', ');
  if (found.length === 0) {
    return notApplicable({
      nb: `AS${asn} står ikke i medlemslisten (${dates}). Det er ikke noe krav: nettet kan nå samtrafikken gjennom et annet nett.`,
      en: `AS${asn} is not in the member export (${dates}). That is not a requirement: the network may reach the exchange through another network.`,
    });
  }
  const places = found.map(
    ({ exchange, speed_mbps }) => `${exchange}${speed_mbps === null ? '' : ` ${speed_mbps / 1000} Gb/s`}`,
  );
  return pass(
    {
      nb: `AS${asn} er med på ${places.join(', ')}, etter samtrafikkens egen liste (${dates}).`,
      en: `AS${asn} is at ${places.join(', ')}, by the exchange's own list (${dates}).`,
    },
    found.flatMap(({ exchange, addresses }) => addresses.map((address) => `${exchange} ${address}`)).join('\n'),
  );
}
