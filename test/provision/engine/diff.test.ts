import { describe, expect, it } from 'vitest';
import { diff } from '../../../provision/engine/diff.ts';
import { absent, notApplicable, unknown, value } from '../../../provision/engine/setting.ts';

describe('diff', () => {
  it('is empty where the host has what is wanted', () => {
    expect(diff(new Map([['a/x', '1']]), new Map([['a/x', value('1')]])).changes).toEqual([]);
  });

  it('shows what differs with from and to, in the order of the keys', () => {
    const wanted = new Map([
      ['b/y', 'new'],
      ['a/x', '0'],
    ]);
    const observed = new Map([
      ['a/x', value('60')],
      ['b/y', absent],
    ]);
    expect(diff(wanted, observed).changes).toEqual([
      { key: 'a/x', from: '60', to: '0' },
      { key: 'b/y', from: null, to: 'new' },
    ]);
  });

  it('takes away what is ours and nobody wants any more', () => {
    expect(
      diff(
        new Map(),
        new Map([
          ['slot/old', value('running')],
          ['file//gone', absent],
        ]),
      ).changes,
    ).toEqual([{ key: 'slot/old', from: 'running', to: null }]);
  });

  it('keeps a failed read apart: it is neither a change nor fine', () => {
    const result = diff(new Map([['a/x', '1']]), new Map([['a/x', unknown('timeout')]]));
    expect(result).toEqual({
      changes: [],
      unknown: [{ key: 'a/x', reason: 'timeout' }],
      notApplicable: [],
      notices: [],
    });
  });

  it('takes a key that no fact answers for unknown', () => {
    expect(diff(new Map([['a/x', '1']]), new Map()).unknown).toEqual([
      { key: 'a/x', reason: 'no fact reads this key' },
    ]);
  });

  it('shows no password of a file that somebody else wrote in the place of ours', () => {
    const theirs = 'default_pass = hunter2\nheartbeat = 60\n';
    const [change] = diff(
      new Map([['file//etc/x', 'heartbeat = 30\n']]),
      new Map([['file//etc/x', value(theirs)]]),
    ).changes;
    expect(change?.from).toBe('default_pass = [redacted]\nheartbeat = 60\n');
  });

  it('takes a file of ours that says secret for what it is', () => {
    const text = 'secret=/etc/jernverk/secrets/rabbitmq/$worker\n';
    expect(diff(new Map([['file//slot', text]]), new Map([['file//slot', value(text)]])).changes).toEqual([]);
  });

  it('lists what a host cannot have with the reason', () => {
    const result = diff(new Map([['a/x', '1']]), new Map([['a/x', notApplicable('a container')]]));
    expect(result).toEqual({
      changes: [],
      unknown: [],
      notApplicable: [{ key: 'a/x', reason: 'a container' }],
      notices: [],
    });
  });
});
