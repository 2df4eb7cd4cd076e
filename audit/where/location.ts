import type { SelfClaim } from '../../addresses/geofeed.ts';
import type { Text } from '../../lib/text.ts';

/**
 * Whose law applies: who holds the address and who owns the company, from registries and declarations. This is not
 * where a machine is.
 */
export interface Jurisdiction {
  /**
   * Country of the address's holder in the registry. Null if no record has it, or if the record names more than one
   * country.
   */
  readonly holderCountry: string | null;
  /** AS number as declared. Null if none is. The registries do not say which AS announces an address. */
  readonly asn: number | null;
  /** Country of the AS number's holder in the registry. */
  readonly asnCountry: string | null;
  /** The hosting company as declared. */
  readonly declaredOwner: { readonly name: string; readonly country: string } | null;
  /** Where the company that owns it is registered, as declared. */
  readonly parent: string | null;
}

/** Where the machine cannot be, because light in fibre would have needed longer. */
export interface Physics {
  /** When it was measured, in ISO 8601. */
  readonly at: string;
  readonly cities: readonly PhysicalCity[];
}

export interface PhysicalCity {
  readonly name: string;
  /** ISO 3166 code. */
  readonly country: string;
  readonly excluded: boolean;
}

/** Three columns about one address. They are never merged into one country. */
export interface LocationStatement {
  readonly address: string;
  readonly jurisdiction: Jurisdiction;
  /** Null if nobody measured. */
  readonly physics: Physics | null;
  /** Null if no geofeed is configured, or it does not contain the address. */
  readonly selfClaim: SelfClaim | null;
}

export interface Comparison {
  /** `incomplete`: there is no contradiction, but fewer than two columns say anything. */
  readonly state: 'agreement' | 'conflict' | 'incomplete';
  readonly words: Text;
}

/** Whether the columns agree. A conflict needs an explanation. It does not show which column is right. */
export function compareColumns(statement: LocationStatement): Comparison {
  const conflicts = rules.flatMap((rule) => rule(statement) ?? []);
  if (conflicts.length > 0) return { state: 'conflict', words: sentences(statement, conflicts) };
  const missing = missingColumns(statement);
  if (missing.length > 1) return { state: 'incomplete', words: sentences(statement, missing) };
  return { state: 'agreement', words: sentences(statement, [agreement(statement), ...missing]) };
}

type Rule = (statement: LocationStatement) => Text | null;

const rules: readonly Rule[] = [holderAgainstClaim, holderAgainstOwner, claimAgainstPhysics];

/** For example, a range of a foreign cloud that is used in Norway: foreign law may then reach what is stored there. */
function holderAgainstClaim({ jurisdiction: { holderCountry }, selfClaim }: LocationStatement): Text | null {
  const claimed = selfClaim?.country ?? null;
  if (holderCountry === null || claimed === null || holderCountry === claimed) return null;
  return {
    nb: `Registeret fører adressen på en innehaver i ${holderCountry}, mens nettet selv sier at den brukes i ${claimed}: maskinen kan stå i ${claimed} og likevel være underlagt loven i ${holderCountry}.`,
    en: `The registry lists a holder in ${holderCountry} for the address, but the network itself says that it is used in ${claimed}: the machine may be in ${claimed} and still be under the law of ${holderCountry}.`,
  };
}

function holderAgainstOwner({ jurisdiction: { holderCountry, declaredOwner } }: LocationStatement): Text | null {
  if (holderCountry === null || declaredOwner === null || holderCountry === declaredOwner.country) return null;
  const { name, country } = declaredOwner;
  return {
    nb: `${name} er oppgitt med land ${country}, mens registeret fører adressen på en innehaver i ${holderCountry}.`,
    en: `${name} is declared with the country ${country}, but the registry lists a holder in ${holderCountry} for the address.`,
  };
}

function claimAgainstPhysics({ selfClaim, physics }: LocationStatement): Text | null {
  const country = selfClaim?.country ?? null;
  if (physics === null || country === null) return null;
  const inCountry = physics.cities.filter((city) => city.country === country);
  const city = inCountry.find(({ name }) => name.toLowerCase() === selfClaim?.city?.toLowerCase());
  if (city?.excluded) {
    return {
      nb: `Nettet selv sier ${city.name}, men målingen av svartider (${physics.at}) utelukker den byen.`,
      en: `The network itself says ${city.name}, but the measured round trips (${physics.at}) exclude that city.`,
    };
  }
  if (inCountry.length === 0 || inCountry.some(({ excluded }) => !excluded)) return null;
  return {
    nb: `Nettet selv sier ${country}, men målingen av svartider (${physics.at}) utelukker alle byene der som er med i listen.`,
    en: `The network itself says ${country}, but the measured round trips (${physics.at}) exclude all cities there that are in the list.`,
  };
}

function missingColumns({ jurisdiction: { holderCountry }, physics, selfClaim }: LocationStatement): Text[] {
  const missing: (Text | null)[] = [
    holderCountry !== null
      ? null
      : {
          nb: 'Registeret sier ikke hvilket land innehaveren hører til.',
          en: 'The registry does not say which country the holder belongs to.',
        },
    excludesACity(physics)
      ? null
      : physics === null
        ? { nb: 'Svartider er ikke målt.', en: 'Round trips were not measured.' }
        : { nb: 'Svartidene utelukker ingen by.', en: 'The round trips exclude no city.' },
    selfClaim?.country ? null : { nb: 'Nettet har ikke oppgitt noe sted.', en: 'The network has not stated a place.' },
  ];
  return missing.filter((text) => text !== null);
}

const excludesACity = (physics: Physics | null): boolean => physics?.cities.some(({ excluded }) => excluded) ?? false;

function agreement({ jurisdiction: { holderCountry }, physics, selfClaim }: LocationStatement): Text {
  const open = physics?.cities.filter(({ excluded }) => !excluded).map(({ name }) => name) ?? [];
  const parts: (Text | null)[] = [
    holderCountry === null
      ? null
      : { nb: `registeret: innehaver i ${holderCountry}`, en: `registry: holder in ${holderCountry}` },
    physics === null
      ? null
      : {
          nb:
            open.length === 0
              ? 'svartidene utelukker alle byene i listen'
              : `svartidene utelukker ikke ${open.join(', ')}`,
          en:
            open.length === 0
              ? 'round trips exclude every city in the list'
              : `round trips do not exclude ${open.join(', ')}`,
        },
    selfClaim?.country
      ? { nb: `nettet selv: ${selfClaim.country}`, en: `the network itself: ${selfClaim.country}` }
      : null,
  ];
  const given = parts.filter((text) => text !== null);
  return {
    nb: `Kolonnene sier ikke hverandre imot: ${given.map(({ nb }) => nb).join('; ')}.`,
    en: `The columns do not contradict each other: ${given.map(({ en }) => en).join('; ')}.`,
  };
}

const sentences = ({ address }: LocationStatement, texts: readonly Text[]): Text => ({
  nb: `${address}: ${texts.map(({ nb }) => nb).join(' ')}`,
  en: `${address}: ${texts.map(({ en }) => en).join(' ')}`,
});
