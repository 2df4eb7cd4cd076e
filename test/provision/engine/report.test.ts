import { describe, expect, it } from 'vitest';
import type { Diff } from '../../../provision/engine/diff.ts';
import {
  applyExitCode,
  describeChange,
  describeOutcome,
  describePlan,
  verifyExitCode,
} from '../../../provision/engine/report.ts';

const nothing: Diff = { changes: [], unknown: [], notApplicable: [], notices: [] };
const drift: Diff = { ...nothing, changes: [{ key: 'sysctl/vm.swappiness', from: '60', to: '10' }] };
const failedRead: Diff = { ...nothing, unknown: [{ key: 'service/docker', reason: 'timeout' }] };
const planOf = (diff: Diff, error: string | null = null) => ({
  host: 'forge',
  topics: [{ topic: 'kernel' as const, diff }],
  heldBy: null,
  error,
});

describe('verify', () => {
  it.each([
    ['clean', [planOf(nothing)], 0],
    ['drift', [planOf(nothing), planOf(drift)], 1],
    ['a read that failed', [planOf(drift), planOf(failedRead)], 2],
    ['a host that could not be reached', [planOf(nothing), planOf(nothing, 'no route')], 2],
  ])('%s', (_title, plans, code) => {
    expect(verifyExitCode(plans)).toBe(code);
  });
});

describe('apply', () => {
  const topicOf = (state: 'changed' | 'failed', diff: Diff = drift) => ({
    topic: 'kernel' as const,
    state,
    diff,
    error: state === 'failed' ? 'why' : null,
    milliseconds: 1,
  });
  const hostOf = (error: string | null, ...topics: readonly ReturnType<typeof topicOf>[]) => ({
    host: 'forge',
    topics,
    error,
  });
  it.each([
    ['all is there', [hostOf(null, topicOf('changed'))], 0],
    ['a topic failed', [hostOf(null, topicOf('failed'))], 1],
    ['a host could not be asked', [hostOf(null, topicOf('changed')), hostOf('no route')], 2],
    ['a topic could not be read and was left alone', [hostOf(null, topicOf('failed', failedRead))], 2],
    ['one failed and another could not be asked', [hostOf(null, topicOf('failed')), hostOf('no route')], 1],
    ['what came after the topics failed', [hostOf('purge failed', topicOf('changed'))], 1],
  ])('%s', (_title, outcomes, code) => {
    expect(applyExitCode(outcomes)).toBe(code);
  });
});

describe('a plan for people', () => {
  it('says so where nothing differs', () => {
    expect(describePlan(planOf(nothing)).join('\n')).toBe('forge: no changes');
  });

  it('names the run that is at work on the host meanwhile', () => {
    const text = describePlan({ ...planOf(nothing), heldBy: 'kari, bench, since 2026-11-23T08:00:00.000Z' });
    expect(text[1]).toMatch(/another run is at work here.*kari, bench, since 2026-11-23/);
  });

  it('shows from and to, unknown reads, and one line for each reason of not applicable', () => {
    const diff: Diff = {
      ...failedRead,
      changes: drift.changes,
      notApplicable: [
        { key: 'a', reason: 'a container' },
        { key: 'b', reason: 'a container' },
      ],
    };
    expect(describePlan(planOf(diff)).join('\n')).toBe(`forge: 1 setting differs, 1 setting could not be read
  kernel
    ~ sysctl/vm.swappiness: 60 → 10
    ? service/docker: could not be read: timeout
    · 2 settings not applicable: a container`);
  });

  it('shows a changed file as its changed lines', () => {
    const change = { key: 'file//etc/x', from: 'one\ntwo\nthree\nfour\n', to: 'one\ntwo\n3\nfour\n' };
    expect(describeChange(change)).toEqual(['~ file//etc/x', '     two', '    -three', '    +3', '     four']);
  });

  it('says of a file that differs everywhere no more than that', () => {
    const [from, to] = ['a', 'b'].map((word) =>
      Array.from({ length: 100_000 }, (_, line) => `${word} ${line}`).join('\n'),
    );
    const shown = describeChange({ key: 'file//etc/x', from: from ?? '', to: to ?? '' });
    expect(shown).toEqual(['~ file//etc/x', '    (more than 1000 lines differ)']);
  });

  it('shows the beginning of a long difference, and of a topic with very many changes', () => {
    const [from, to] = ['a', 'b'].map((word) => Array.from({ length: 300 }, (_, line) => `${word} ${line}`).join('\n'));
    const shown = describeChange({ key: 'file//etc/x', from: from ?? '', to: to ?? '' });
    expect([shown.length, shown[1], shown.at(-1)]).toEqual([202, '    -a 0', '    … and 400 more lines']);
    const changes = Array.from({ length: 3_000 }, (_, n) => ({ key: `user/${n}`, from: 'no tags', to: null }));
    expect(describePlan(planOf({ ...nothing, changes })).at(-1)).toBe('    … and 2000 more lines');
  });

  it('names a new file with its length', () => {
    expect(describeChange({ key: 'file//etc/x', from: null, to: 'a\nb\n' })).toEqual(['+ file//etc/x (2 lines)']);
  });
});

describe('an outcome for people', () => {
  it('names the topic that failed, why, and what was not reached', () => {
    const outcome = {
      host: 'forge',
      error: null,
      topics: [
        { topic: 'packages' as const, state: 'changed' as const, diff: drift, error: null, milliseconds: 1 },
        { topic: 'kernel' as const, state: 'failed' as const, diff: drift, error: 'no space left', milliseconds: 1 },
        { topic: 'docker' as const, state: 'not reached' as const, diff: nothing, error: null, milliseconds: 0 },
      ],
    };
    expect(describeOutcome(outcome).join('\n')).toBe(`forge: failed
  kernel failed: no space left
  not reached: docker`);
    expect(applyExitCode([outcome])).toBe(1);
  });
});
