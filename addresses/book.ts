/**
 * Address data, offline. The country is the one in the registry's records: where the holder is legally based. It does
 * not say where a machine is.
 */
export interface AddressBook {
  /** Returns the ISO 3166 code of the holder's country, such as `NO`. Null if the address is in no record. */
  readonly country: (address: string) => string | null;
  /** The date of the data and its source. */
  readonly source: AddressSource;
}

export interface AddressSource {
  /** The registries' own date of the records. */
  readonly date: Date;
  readonly sha256: string;
  readonly name: string;
  /** Credit that the licence requires wherever the data is used. */
  readonly attribution: string;
}
