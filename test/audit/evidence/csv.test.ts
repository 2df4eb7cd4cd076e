import { describe, expect, it } from 'vitest';
import { destinationsCsv } from '../../../audit/evidence/csv.ts';
import { to } from './support/example.ts';

/** The cells of the one destination. */
function nameCell(name: string): string {
  const line = destinationsCsv([to({ name })]).split('\r\n')[1] ?? '';
  return /^forge,203\.0\.113\.9,53,udp,(.*),US,systemd-resolved,/.exec(line)?.[1] ?? line;
}

describe('destinations.csv', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '\n=1', ' =1', '"=1', '＝1', '|x', '%x'])(
    'makes text of %j, which a spreadsheet would run',
    (name) => {
      expect(nameCell(name)).toMatch(/^"?'/);
    },
  );

  it.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['a\r\nb', 'a b'],
    ['a=b', 'a=b'],
    ['blåbær', 'blåbær'],
    ['\u001b[2J', '\\u{001b}[2J'],
  ])('writes %j as %s', (name, cell) => {
    expect(nameCell(name)).toBe(cell);
  });

  it('has one line a destination, whatever hosts call things', () => {
    expect(destinationsCsv([to({ name: 'a\nb\u2028c', who: 'd\re' })]).split(/\r\n|[\r\n\u2028]/)).toHaveLength(3);
  });
});
