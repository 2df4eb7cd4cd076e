/**
 * Everything in Jernverk is expressed as settings. What an environment wants and what a host has are both maps from a
 * setting's key to its text. So one generic `diff` serves every topic, the Terraform plan, `verify` and the audit.
 */

/** Wanted: key → text. A key begins with its kind: `sysctl/vm.swappiness`, `file//etc/hosts`, `package/fio`. */
export type Settings = ReadonlyMap<string, string>;

/** What a host reported for one key. A failed read is *unknown* and never *absent*. */
export type Reading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The host cannot have this setting at all, for example `vm.*` inside a container. Neither drift nor ok. */
  | { readonly kind: 'not applicable'; readonly reason: string }
  /** Neither wanted nor changed by any deploy, but a person must know it. */
  | { readonly kind: 'notice'; readonly reason: string };

export type Readings = ReadonlyMap<string, Reading>;

export const absent: Reading = { kind: 'absent' };
export const value = (text: string): Reading => ({ kind: 'value', value: text });
export const unknown = (reason: string): Reading => ({ kind: 'unknown', reason });
export const notApplicable = (reason: string): Reading => ({ kind: 'not applicable', reason });
export const notice = (reason: string): Reading => ({ kind: 'notice', reason });

/** A setting whose reading differs from the wanted text. `from: null` is absent now, `to: null` is to be removed. */
export interface Change {
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** The part of a key before the first slash: `sysctl` of `sysctl/vm.swappiness`. */
export const kindOf = (key: string): string => key.slice(0, key.indexOf('/'));

/** The part of a key after the first slash: `/etc/hosts` of `file//etc/hosts`. */
export const nameOf = (key: string): string => key.slice(key.indexOf('/') + 1);

/** Returns the keys of these kinds. */
export const keysOf = (keys: Iterable<string>, ...kinds: readonly string[]): string[] =>
  [...keys].filter((key) => kinds.includes(kindOf(key)));

/** Returns the changes of settings of these kinds. */
export const changesOf = (changes: readonly Change[], ...kinds: readonly string[]): Change[] =>
  changes.filter((change) => kinds.includes(kindOf(change.key)));

/** Returns readings to be filled in. A key that the host's output does not name stays absent. */
export const allAbsent = (keys: readonly string[]): Map<string, Reading> => new Map(keys.map((key) => [key, absent]));
