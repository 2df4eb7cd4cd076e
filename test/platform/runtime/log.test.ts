import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLog } from '../../../platform/runtime/log.ts';

let written: string[];
beforeEach(() => {
  written = [];
  vi.useFakeTimers();
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const messages = (chunk: string | undefined): unknown[] =>
  (chunk ?? '').split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).message]));

it('lines of information that come close together go out in one write, in their order', () => {
  const log = openLog({ worker: 'w' });
  log('info', 'first');
  log('info', 'second');
  expect(written).toEqual([]);
  vi.runAllTimers();
  expect(written.map(messages)).toEqual([['first', 'second']]);
});

it.each(['warning', 'error'] as const)('a line of level %s goes out at once, behind what waited', (level) => {
  const log = openLog({});
  log('info', 'first');
  log(level, 'second');
  expect(written.map(messages)).toEqual([['first', 'second']]);
  vi.runAllTimers();
  expect(written.length).toBe(1);
});

it('what waits goes out when the process exits', () => {
  const log = openLog({});
  const before = process.listeners('exit');
  log('info', 'last words');
  before.at(-1)?.(0);
  expect(written.map(messages)).toEqual([['last words']]);
});
