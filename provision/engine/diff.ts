import { redact } from '../ssh/redact.ts';
import { type Change, kindOf, type Readings, type Settings } from './setting.ts';

/** A setting that is neither right nor wrong, and why. */
export interface Unresolved {
  readonly key: string;
  readonly reason: string;
}

export interface Diff {
  readonly changes: readonly Change[];
  /** Readings that failed. While there are any, nothing may be applied: unknown is not absent. */
  readonly unknown: readonly Unresolved[];
  /** Settings that this host cannot have. They are reported and never counted as ok. */
  readonly notApplicable: readonly Unresolved[];
  /** What a person must know and no deploy changes, such as jobs that no worker takes. */
  readonly notices: readonly Unresolved[];
}

/**
 * Returns a host's text in a form that may be shown and kept in Terraform's state. Somebody else's file in the place of
 * one of Jernverk's may contain a password. Wanted text is Jernverk's own and contains none.
 */
export const withoutSecrets = (key: string, text: string): string => (kindOf(key) === 'file' ? redact(text) : text);

/**
 * Compares the wanted settings with a host's readings. This one comparison is behind the Terraform plan,
 * `jernverk plan`, `verify` and the tests.
 *
 * A reading of a key that is not wanted is a leftover of Jernverk. It becomes a change to null.
 */
export function diff(wanted: Settings, observed: Readings): Diff {
  const changes: Change[] = [];
  const unreadable: Unresolved[] = [];
  const notApplicable: Unresolved[] = [];
  const notices: Unresolved[] = [];
  for (const key of [...new Set([...wanted.keys(), ...observed.keys()])].sort()) {
    const to = wanted.get(key) ?? null;
    const reading = observed.get(key);
    switch (reading?.kind) {
      case undefined:
        unreadable.push({ key, reason: 'no fact reads this key' });
        break;
      case 'value':
        if (reading.value !== to) changes.push({ key, from: withoutSecrets(key, reading.value), to });
        break;
      case 'absent':
        if (to !== null) changes.push({ key, from: null, to });
        break;
      case 'unknown':
        unreadable.push({ key, reason: reading.reason });
        break;
      case 'not applicable':
        notApplicable.push({ key, reason: reading.reason });
        break;
      case 'notice':
        notices.push({ key, reason: reading.reason });
        break;
      default:
        reading satisfies never;
    }
  }
  return { changes, unknown: unreadable, notApplicable, notices };
}
