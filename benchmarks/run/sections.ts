import type { SuiteName } from '../suite.ts';
import type { SuiteData } from './suites.ts';

/** What is known of a suite's part of the result. */
export interface Section<Data> {
  readonly state: 'complete' | 'partial' | 'none';
  /** Why it is not complete; null where it is. */
  readonly reason: string | null;
  readonly data: Data | null;
}

/** The suites that were asked for. */
export type Sections = { readonly [Name in SuiteName]?: Section<SuiteData[Name]> };
