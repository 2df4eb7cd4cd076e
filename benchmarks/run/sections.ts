import type { SuiteName } from '../suite.ts';
import type { SuiteData } from './suites.ts';

/** What is known for one suite's part of the result. */
export interface Section<Data> {
  readonly state: 'complete' | 'partial' | 'none';
  /** Why it is not complete. Null if it is. */
  readonly reason: string | null;
  readonly data: Data | null;
}

/** The suites that were requested. */
export type Sections = { readonly [Name in SuiteName]?: Section<SuiteData[Name]> };
