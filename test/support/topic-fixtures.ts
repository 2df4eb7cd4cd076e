import { readFileSync } from 'node:fs';
import { readFact } from '../../provision/engine/gather.ts';
import type { Fact } from '../../provision/engine/kind.ts';
import type { Reading, Readings } from '../../provision/engine/setting.ts';

/** Returns the text of a fixture: output that a real host gave. */
export const fixture = (path: string): string => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

/** Returns what a topic reads from outputs. `outputs` returns each fact's text by its first key. */
export function readingsFrom(facts: readonly Fact[], outputs: (firstKey: string) => string): Readings {
  return new Map(
    facts.flatMap((fact): [string, Reading][] => [
      ...readFact(fact, { exitCode: 0, stdout: outputs(fact.keys[0] ?? ''), stderr: '' }),
    ]),
  );
}
