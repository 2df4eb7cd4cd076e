import type { Environment } from '../../provision/environment/schema.ts';
import type { LocationStatement } from '../where/location.ts';

/**
 * What a report can show in addition to the audit. Each may be left out. The report then says so: a missing part must
 * never silently look fine.
 */
export interface ReportExtras {
  /** The `audit` part of the environment: processors, retention, waivers. */
  readonly declared?: Environment['audit'];
  /** The three columns for each public address, by host. Null if the host did not say which addresses it has. */
  readonly locations?: ReadonlyMap<string, readonly LocationStatement[] | null>;
  /** SHA-256 of the bundle's other files by path: raw outputs, findings, address data. */
  readonly files?: ReadonlyMap<string, string>;
}
