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

/** A point of the map: kilometres to the east and to the north of its middle. */
export type Point = readonly [east: number, north: number];

/** What the map shows, in its own kilometres: from Ireland to Finland, from Zürich to the North Cape. */
export const frame = { west: -1500, east: 1000, south: -1420, north: 1340 } as const;

const middle: Place = { latitude: 60, longitude: 14 };
const earthRadius_km = 6371;

/**
 * Lambert's azimuthal equal-area projection around `middle`: Norway keeps its shape, where a map of plain degrees
 * would make it twice as wide. d3 counts downwards if it is not told otherwise. Borders have more points than pixels,
 * so it adds none between them.
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

/** Returns where a place is, in the frame or not. Null if the projection has no point for it. */
export const project = ({ latitude, longitude }: Place): Point | null => projection([longitude, latitude]);

export const isInFrame = ([east, north]: Point): boolean =>
  east >= frame.west && east <= frame.east && north >= frame.south && north <= frame.north;

/** Returns whether the clipped outline of an area is to be seen, and not only the edge of the frame around all of it. */
export const showsOutline = (ring: readonly Point[]): boolean =>
  ring.some(([x, y]) => x > frame.west && x < frame.east && y > frame.south && y < frame.north);

/** Returns the rings of what the frame shows of an area, in its kilometres. */
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

/** Returns, as far as the frame shows them, all points as far from a place as light in fibre comes in so many kilometres. */
export const circle = ({ latitude, longitude }: Place, radius_km: number): readonly (readonly Point[])[] =>
  ringsOf(
    geoCircle()
      .center([longitude, latitude])
      .radius((radius_km / earthRadius_km) * (180 / Math.PI))
      .precision(4)(),
  );

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
  return polygons.flatMap((coordinates) => {
    const shown = ringsOf({ type: 'Polygon', coordinates }).map(thin).filter(isLargeEnough);
    return shown.length === 0 ? [] : [shown];
  });
}

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
