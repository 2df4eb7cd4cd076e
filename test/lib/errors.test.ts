import { expect, it } from 'vitest';
import { HostError, messageWithHint } from '../../lib/errors.ts';

it.each([
  ['the host is away', 'the host is away; start it'],
  ['another key\n  pinned   A\n  offered  B', 'another key\n  pinned   A\n  offered  B\n  start it'],
])('a hint follows in the line, and below a message of several lines: %j', (message, expected) => {
  expect(messageWithHint(new HostError('X', message, { hint: 'start it' }))).toBe(expected);
});
