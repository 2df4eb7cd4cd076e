/**
 * Address data, offline. The country is that of the registry's records: where the holder is legally based. It says
 * nothing about where a machine stands.
 */
export interface AddressBook {
  /** ISO 3166 code of the holder's country, such as `NO`; null where the address is in no record. */
  readonly country: (address: string) => string | null;
  /** The date of the data, and where it came from. */
  readonly source: AddressSource;
}

export interface AddressSource {
  /** The registries' own date of the records. */
  readonly date: Date;
  readonly sha256: string;
  readonly name: string;
  /** Words that its licence wants beside every use. */
  readonly attribution: string;
}
