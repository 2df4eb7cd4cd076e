import { HostError, messageWithHint } from '../../lib/errors.ts';
import type { RunContext, SuiteName } from '../suite.ts';
import type { Section, Sections } from './sections.ts';
import { type SuiteData, type Suites, suites } from './suites.ts';

/** The processors come first: what they do while the host is idle must be measured before this run puts load on it. */
export const runOrder = ['cpu', 'disk', 'network', 'queue'] as const satisfies readonly SuiteName[];

/**
 * Runs suites one after the other and passes on everything known after each part. What a suite measured before it
 * failed is kept as partial. If the host is lost, the suites after it are not run. Whatever a suite throws becomes its
 * reason: one failed measurement must not lose the others, which took many minutes.
 */
export async function runSuites(
  names: readonly SuiteName[],
  context: RunContext,
  known: (sections: Sections) => Promise<void>,
  available: Suites = suites,
): Promise<Sections> {
  let sections: Sections = {};
  let lost: string | null = null;
  const put = async <Name extends SuiteName>(name: Name, section: Section<SuiteData[Name]>): Promise<void> => {
    sections = { ...sections, [name]: section };
    await known(sections);
  };
  const runOne = async <Name extends SuiteName>(name: Name): Promise<void> => {
    if (lost !== null) return put(name, { state: 'none', reason: lost, data: null });
    let data: SuiteData[Name] | null = null;
    try {
      const suite = await available[name]();
      for await (const part of suite.measure(context)) {
        data = part;
        await put(name, { state: 'partial', reason: 'not finished yet', data });
      }
      await put(name, { state: 'complete', reason: null, data });
    } catch (error) {
      if (error instanceof HostError) lost = messageWithHint(error);
      await put(name, { state: data === null ? 'none' : 'partial', reason: messageWithHint(error), data });
    }
  };
  for (const name of runOrder) if (names.includes(name)) await runOne(name);
  return sections;
}
