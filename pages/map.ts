import { createRequire } from 'node:module';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** A point on the earth, in degrees. */
interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** A point of the map: kilometres to the east and to the north of its middle. */
export type Point = readonly [east: number, north: number];

/** What the map shows, in its own kilometres: from Ireland to Finland, from Zürich to the North Cape. */
export const frame = { west: -1500, east: 1000, south: -1420, north: 1340 } as const;

const middle: Place = { latitude: 60, longitude: 14 };
const earthRadius_km = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Lambert's azimuthal equal-area projection around `middle`: Norway keeps its shape, where a map of plain degrees
 * would make it twice as wide. Snyder, Map Projections, formulas 22-4, 24-2 and 24-13.
 */
export function project({ latitude, longitude }: Place): Point {
  const [phi, phi1, lambda] = [radians(latitude), radians(middle.latitude), radians(longitude - middle.longitude)];
  const cosine = Math.sin(phi1) * Math.sin(phi) + Math.cos(phi1) * Math.cos(phi) * Math.cos(lambda);
  const k = earthRadius_km * Math.sqrt(2 / (1 + cosine));
  const north = Math.cos(phi1) * Math.sin(phi) - Math.sin(phi1) * Math.cos(phi) * Math.cos(lambda);
  return [k * Math.cos(phi) * Math.sin(lambda), k * north];
}

export const isInFrame = ([east, north]: Point): boolean =>
  east >= frame.west && east <= frame.east && north >= frame.south && north <= frame.north;

/** Whether the clipped outline of an area is to be seen, and not only the edge of the frame around all of it. */
export const showsOutline = (ring: readonly Point[]): boolean =>
  ring.some(([x, y]) => x > frame.west && x < frame.east && y > frame.south && y < frame.north);

interface Edge {
  readonly inside: (point: Point) => boolean;
  readonly cross: (a: Point, b: Point) => Point;
}

const upright = (east: number, sign: number): Edge => ({
  inside: (point) => (point[0] - east) * sign >= 0,
  cross: (a, b) => [east, a[1] + ((b[1] - a[1]) * (east - a[0])) / (b[0] - a[0])],
});
const level = (north: number, sign: number): Edge => ({
  inside: (point) => (point[1] - north) * sign >= 0,
  cross: (a, b) => [a[0] + ((b[0] - a[0]) * (north - a[1])) / (b[1] - a[1]), north],
});
const edges = [upright(frame.west, 1), upright(frame.east, -1), level(frame.south, 1), level(frame.north, -1)];

/** The part of a ring that the frame shows: Sutherland and Hodgman, one edge of the frame after the other. */
export function clip(ring: readonly Point[]): readonly Point[] {
  return edges.reduce<readonly Point[]>(
    (points, { inside, cross }) =>
      points.flatMap((point, index) => {
        const before = points.at(index - 1) ?? point;
        if (inside(point)) return inside(before) ? [point] : [cross(before, point), point];
        return inside(before) ? [cross(before, point)] : [];
      }),
    ring,
  );
}

/** All points as far from a place as light in fibre comes in a given number of kilometres. */
export function circle(around: Place, radius_km: number): readonly Point[] {
  const [phi, angle] = [radians(around.latitude), radius_km / earthRadius_km];
  return Array.from({ length: 90 }, (_, step) => {
    const bearing = radians(step * 4);
    const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
    const east = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(phi),
      Math.cos(angle) - Math.sin(phi) * sine,
    );
    return project({
      latitude: (Math.asin(sine) * 180) / Math.PI,
      longitude: around.longitude + (east * 180) / Math.PI,
    });
  });
}

/** Name of the map's region that is the sea: the frame itself. */
export const sea = 'sea';

/** Countries as far as the frame shows them, in its kilometres. Natural Earth, 1:50 million, public domain. */
export function northernEurope(): FeatureCollection<MultiPolygon> {
  const require = createRequire(import.meta.url);
  const atlas: Topology<{
    countries: GeometryCollection<{ name: string }>;
  }> = require('world-atlas/countries-50m.json');
  const { features } = feature(atlas, atlas.objects.countries);
  const corners: Position[] = [
    [frame.west, frame.south],
    [frame.east, frame.south],
    [frame.east, frame.north],
    [frame.west, frame.north],
    [frame.west, frame.south],
  ];
  const countries = features.flatMap((country) => {
    const { geometry, properties } = country;
    const polygons = geometry.type === 'Polygon' || geometry.type === 'MultiPolygon' ? polygonsOf(geometry) : [];
    return polygons.length === 0 ? [] : [region(properties.name, polygons)];
  });
  return { type: 'FeatureCollection', features: [region(sea, [[corners]]), ...countries] };
}

const region = (name: string, coordinates: Position[][][]): Feature<MultiPolygon> => ({
  type: 'Feature',
  properties: { name },
  geometry: { type: 'MultiPolygon', coordinates },
});

function polygonsOf(geometry: Polygon | MultiPolygon): Position[][][] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flatMap((rings) => {
    const shown = rings.flatMap((ring) => {
      const points = clip(ring.filter(isNear).map(([longitude = 0, latitude = 0]) => project({ latitude, longitude })));
      const coarse = thin(points);
      return isLargeEnough(coarse) ? [coarse] : [];
    });
    return shown.length === 0 ? [] : [shown];
  });
}

/** The projection turns inside out at the other side of the earth. */
const isNear = ([longitude = 0, latitude = 0]: Position): boolean =>
  latitude > 25 && longitude > -60 && longitude < 100;

/** Points that lie further apart than a pixel, to the kilometre: a pixel is some 5 km wide. */
function thin(points: readonly Point[]): Position[] {
  const kept: Position[] = [];
  for (const [east, north] of points) {
    const [x = Number.POSITIVE_INFINITY, y = 0] = kept.at(-1) ?? [];
    if (Math.hypot(east - x, north - y) > 6) kept.push([Math.round(east), Math.round(north)]);
  }
  return kept;
}

/** Skerries under a few kilometres are not to be seen, and Norway has 50,000 islands. */
function isLargeEnough(ring: readonly Position[]): boolean {
  const east = ring.map(([x = 0]) => x);
  const north = ring.map(([, y = 0]) => y);
  return ring.length > 3 && Math.max(...east) - Math.min(...east) + Math.max(...north) - Math.min(...north) > 36;
}
