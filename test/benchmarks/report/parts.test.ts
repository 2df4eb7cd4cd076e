import { describe, expect, it } from 'vitest';
import { distance_km } from '../../../benchmarks/network/geography.ts';
import { bytes, count, duration, percent } from '../../../benchmarks/numbers.ts';
import { html } from '../../../pages/html.ts';
import { circle, clip, frame, isInFrame, northernEurope, project } from '../../../pages/map.ts';

const oslo = { latitude: 59.91, longitude: 10.75 };
const tromso = { latitude: 69.65, longitude: 18.96 };

describe('the map', () => {
  it('keeps distances within Norway true to 2 %', () => {
    const [a, b] = [project(oslo), project(tromso)];
    expect(Math.hypot(a[0] - b[0], a[1] - b[1]) / distance_km(oslo, tromso)).toBeCloseTo(1, 1.4);
  });

  it('draws a circle at its radius around its place', () => {
    const middle = project(oslo);
    const radii = circle(oslo, 300).map(([x, y]) => Math.hypot(x - middle[0], y - middle[1]));
    expect(Math.min(...radii)).toBeGreaterThan(294);
    expect(Math.max(...radii)).toBeLessThan(306);
  });

  it('cuts what reaches out of its frame, at the frame', () => {
    const square = clip([
      [0, 0],
      [9000, 0],
      [9000, 500],
      [0, 500],
    ]);
    expect(square.every(isInFrame)).toBe(true);
    expect(square).toContainEqual([frame.east, 500]);
    expect(
      clip([
        [9000, 0],
        [9500, 0],
        [9500, 9],
      ]),
    ).toEqual([]);
  });

  it('has Norway and its neighbours, and nothing out of its frame', () => {
    const { features } = northernEurope();
    const names = features.map(({ properties }) => properties?.name);
    expect(names).toEqual(expect.arrayContaining(['Norway', 'Sweden', 'Denmark', 'Finland', 'Germany']));
    expect(names).not.toContain('Brazil');
    const points = features.flatMap(({ geometry }) => geometry.coordinates.flat(2));
    expect(points.every(([east = 0, north = 0]) => isInFrame([east, north]))).toBe(true);
  });
});

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
