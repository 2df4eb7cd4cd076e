import { createRequire } from 'node:module';
import { geoAzimuthalEqualArea, geoCircle, geoStream } from 'd3-geo';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** A point on the earth, in degrees. */
interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** A point of the map: kilometres to the east and to the north of its centre. */
export type Point = readonly [east: number, north: number];

/** The edges of the map, in its own kilometres: from Ireland to Finland, from Zürich to the North Cape. */
export const frame = { west: -1500, east: 1000, south: -1420, north: 1340 } as const;

const middle: Place = { latitude: 60, longitude: 14 };
const earthRadius_km = 6371;

/**
 * Lambert's azimuthal equal-area projection around `middle`. Norway keeps its shape; on a map of plain degrees it would
 * be twice as wide. By default d3 counts downwards. Borders have more points than pixels, so it adds none between them.
 */
const projection = geoAzimuthalEqualArea()
  .rotate([-middle.longitude, -middle.latitude])
  .scale(earthRadius_km)
  .translate([0, 0])
  .reflectY(true)
  .precision(0)
  .clipExtent([
    [frame.west, frame.south],
    [frame.east, frame.north],
  ]);

/** Returns a place as a point of the map, inside the frame or not. Null if the projection has no point for it. */
export const project = ({ latitude, longitude }: Place): Point | null => projection([longitude, latitude]);

export const isInFrame = ([east, north]: Point): boolean =>
  east >= frame.west && east <= frame.east && north >= frame.south && north <= frame.north;

/** Returns whether any of an area's clipped outline is visible. If not, the ring is only the edge of the frame. */
export const showsOutline = (ring: readonly Point[]): boolean =>
  ring.some(([x, y]) => x > frame.west && x < frame.east && y > frame.south && y < frame.north);

/** Returns the rings of the part of an area within the frame, in kilometres. */
function ringsOf(area: Polygon): Point[][] {
  const rings: Point[][] = [];
  const nothing = (): void => {};
  geoStream(
    area,
    projection.stream({
      lineStart: () => rings.push([]),
      point: (east, north) => rings.at(-1)?.push([east, north]),
      lineEnd: nothing,
      polygonStart: nothing,
      polygonEnd: nothing,
    }),
  );
  return rings;
}

/**
 * Returns a circle around a place, as far as it is within the frame. The radius is the distance that light in fibre
 * travels in a measured time.
 */
export const circle = ({ latitude, longitude }: Place, radius_km: number): readonly (readonly Point[])[] =>
  ringsOf(
    geoCircle()
      .center([longitude, latitude])
      .radius((radius_km / earthRadius_km) * (180 / Math.PI))
      .precision(4)(),
  );

/** Name of the map's region for the sea: the frame itself. */
export const sea = 'sea';

/** Returns the parts of countries within the frame, in its kilometres. Natural Earth, 1:50 million, public domain. */
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
  return polygons.flatMap((coordinates) => {
    const shown = ringsOf({ type: 'Polygon', coordinates }).map(thin).filter(isLargeEnough);
    return shown.length === 0 ? [] : [shown];
  });
}

/** Returns points further apart than a pixel, rounded to the kilometre. A pixel is some 5 km wide. */
function thin(points: readonly Point[]): Position[] {
  const kept: Position[] = [];
  for (const [east, north] of points) {
    const [x = Number.POSITIVE_INFINITY, y = 0] = kept.at(-1) ?? [];
    if (Math.hypot(east - x, north - y) > 6) kept.push([Math.round(east), Math.round(north)]);
  }
  return kept;
}

/** Skerries of less than a few kilometres are not visible, and Norway has 50,000 islands. */
function isLargeEnough(ring: readonly Position[]): boolean {
  const east = ring.map(([x = 0]) => x);
  const north = ring.map(([, y = 0]) => y);
  return ring.length > 3 && Math.max(...east) - Math.min(...east) + Math.max(...north) - Math.min(...north) > 36;
}
