import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { all, lines, quote, raw, sh } from '../../lib/shell.ts';

describe('commands are values', () => {
  it.each(["it's", 'a b', '$HOME', '`id`', 'new\nline', '', '*', "''", '\\', 'æøå'])(
    '%j passes through sh unchanged',
    (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );

  it('leaves plain words readable', () => {
    expect(sh`systemctl restart ${'rabbitmq-server.service'}`.script).toBe('systemctl restart rabbitmq-server.service');
  });

  it('quotes each word of an array and nests commands as they are', () => {
    expect(sh`ls ${['a b', 'c']} | ${raw('sort -u')}`.script).toBe(`ls 'a b' c | sort -u`);
  });

  it('leaves parameters, command substitutions and backslashes to the shell', () => {
    const { script } = sh`got='abc  file'; printf '%s\n' "\${got%% *}" "\`echo ${'d e'}\`"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe('abc\nd e\n');
  });

  it('joins', () => {
    expect([all(raw('a'), raw('b')).script, lines(raw('a'), raw('b')).script]).toEqual(['a && b', 'a\nb']);
  });
});
