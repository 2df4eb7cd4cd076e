import { describe, expect, it } from 'vitest';
import { distance_km } from '../../benchmarks/network/geography.ts';
import { circle, frame, isInFrame, northernEurope, type Point, project, showsOutline } from '../../pages/map.ts';

const oslo = { latitude: 59.91, longitude: 10.75 };
const tromso = { latitude: 69.65, longitude: 18.96 };
const rome = { latitude: 41.9, longitude: 12.5 };

const nowhere: Point = [Number.NaN, Number.NaN];
const pointOf = (place: typeof oslo): Point => project(place) ?? nowhere;

describe('the map', () => {
  it('has its middle at 60° N 14° E, the north above it and the east to its right', () => {
    expect(pointOf({ latitude: 60, longitude: 14 }).map(Math.round)).toEqual([0, 0]);
    expect(pointOf({ latitude: 61, longitude: 14 })[1]).toBeCloseTo(111.2, 1);
    expect(pointOf({ latitude: 60, longitude: 15 })[0]).toBeCloseTo(55.6, 1);
  });

  it('keeps distances within Norway true to 2 %', () => {
    const [a, b] = [pointOf(oslo), pointOf(tromso)];
    expect(Math.hypot(a[0] - b[0], a[1] - b[1]) / distance_km(oslo, tromso)).toBeCloseTo(1, 1.4);
  });

  it('draws a circle at its radius around its place', () => {
    const middle = pointOf(oslo);
    const rings = circle(oslo, 300);
    const radii = rings.flat().map(([x, y]) => Math.hypot(x - middle[0], y - middle[1]));
    expect(rings).toHaveLength(1);
    expect(radii.length).toBeGreaterThan(80);
    expect(Math.min(...radii)).toBeGreaterThan(294);
    expect(Math.max(...radii)).toBeLessThan(306);
  });

  it('cuts what reaches out of its frame, at the frame', () => {
    const [ring = [], ...more] = circle(oslo, 1500);
    expect(more).toEqual([]);
    expect(ring.every(isInFrame)).toBe(true);
    expect(ring.some(([east]) => east === frame.east)).toBe(true);
    expect(circle(rome, 100)).toEqual([]);
  });

  it('sees no outline in a circle around all of the frame', () => {
    expect(circle(oslo, 1500).map(showsOutline)).toEqual([true]);
    expect(circle(oslo, 4000).map(showsOutline)).toEqual([false]);
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
