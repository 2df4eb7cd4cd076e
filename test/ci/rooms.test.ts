import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/command-line.ts';
import { refusal, roomOf } from './rooms.ts';
import { sources } from './sources.ts';

interface Import {
  readonly file: string;
  readonly imported: string;
  readonly isPackage: boolean;
}

/** Static and dynamic ones, with paths from the project's folder. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => {
    const isPackage = !name.startsWith('.');
    return { file, imported: isPackage ? name : normalize(join(dirname(file), name)), isPackage };
  });
}
const imports = sources.flatMap(importsOf);

/** The files of a circle, if one goes through this file. */
function circleThrough(start: string, next: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const seen = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] => {
    for (const to of next.get(file) ?? []) {
      if (to === start) return [...way, start];
      if (seen.has(to)) continue;
      seen.add(to);
      const found = walk(to, [...way, to]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return walk(start, [start]);
}

describe('the rooms', () => {
  it('import down only', () => {
    expect(imports.length).toBeGreaterThan(1000);
    expect(imports.flatMap(({ file, imported, isPackage }) => refusal(file, imported, isPackage) ?? [])).toEqual([]);
  });

  it('have no circle of files', () => {
    const next = new Map(
      sources.map((file) => [
        file,
        imports.filter((one) => one.file === file && !one.isPackage).map(({ imported }) => imported),
      ]),
    );
    expect(sources.map((file) => circleThrough(file, next)).filter((circle) => circle.length > 0)).toEqual([]);
  });

  it('have each of our files', () => {
    expect(sources.filter((file) => roomOf(file) === null)).toEqual([]);
  });
});

it.each([
  ['provision/engine/gather.ts', 'node-ssh', 'it alone checks the pinned host key'],
  ['cli/plan.ts', 'ssh2', 'take a Host'],
  ['cli/plan.ts', 'cdktf', 'pass plain values to stacks/'],
  ['provision/terraform/service.ts', '@cdktf/provider-null/lib/resource/index.js', 'pass plain values to stacks/'],
  ['provision/topics/kernel/desired.ts', 'handlebars', 'use render, in a topic'],
])('%s may not import the package %s', (file, name, reason) => {
  expect(refusal(file, name, true)).toContain(reason);
});

it.each([
  ['provision/engine/apply.ts', 'provision/engine/render.ts', 'render there'],
  ['provision/topics/broker/desired.ts', 'provision/engine/gather.ts', 'a topic is pure'],
  ['provision/topics/docker/facts.ts', 'provision/ssh/host.ts', 'provision/topics may import'],
  [
    'provision/ssh/connect.ts',
    'provision/engine/gather.ts',
    'provision/ssh may import lib, provision/environment only',
  ],
  ['lib/errors.ts', 'cli/root.ts', 'lib may import nothing of ours only'],
  ['platform/contract/job.ts', 'platform/runtime/slot.ts', 'move what both need into a room below'],
  ['workers/image-resizer/main.ts', 'provision/fleet/smoke.ts', 'workers may import'],
  ['garage/car.ts', 'lib/errors.ts', 'garage/car.ts is in no room'],
])('%s may not import %s', (file, imported, reason) => {
  expect(refusal(file, imported, false)).toContain(reason);
});

it.each([
  ['provision/ssh/connect.ts', 'node-ssh', true],
  ['stacks/host-stack.ts', 'cdktf', true],
  ['provision/topics/kernel/desired.ts', 'provision/engine/render.ts', false],
  ['cli/plan.ts', 'provision/ssh/host.ts', false],
  ['provision/terraform/reader.ts', 'provision/engine/gather.ts', false],
  ['audit/run/run.ts', 'audit/check.ts', false],
])('%s may import %s', (file, imported, isPackage) => {
  expect(refusal(file, imported, isPackage)).toBeNull();
});
