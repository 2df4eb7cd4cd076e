import { describe, expect, it } from 'vitest';
import { bytes, count, duration, percent } from '../../../benchmarks/numbers.ts';
import { html } from '../../../pages/html.ts';

describe('figures as people read them', () => {
  it.each([
    [0, '0 ms'],
    [0.000_27, '0.27 µs'],
    [0.778, '778 µs'],
    [3.1234, '3.12 ms'],
    [174_000, '174 s'],
    [1_200_000, '20 min'],
    [1_209_600_000, '14 days'],
  ])('%d ms is %s', (value, words) => expect(duration(value)).toBe(words));

  it.each([
    [949.27, '949'],
    [1000, '1,000'],
    [23_700, '23.7 k'],
    [1_000_000, '1 M'],
  ])('%d is %s', (value, words) => expect(count(value)).toBe(words));

  it('has binary units for memory, and a dash for a share that is not known', () => {
    expect([bytes(0), bytes(1024), bytes(8_321_499_136)]).toEqual(['0 B', '1 KiB', '7.75 GiB']);
    expect([percent(null), percent(0.0021), percent(0.5)]).toEqual(['–', '0.21 %', '50 %']);
  });
});

describe('HTML', () => {
  it('escapes what is put in, in text and in attributes, and lists too', () => {
    expect(html`<p title="${`"'`}">${'<&>'}${[html`<b>${'<'}</b>`, null, 3]}</p>`.text).toBe(
      '<p title="&quot;&#39;">&lt;&amp;&gt;<b>&lt;</b>3</p>',
    );
  });
});
