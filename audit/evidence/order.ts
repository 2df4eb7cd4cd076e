import type { Audit } from '../audit.ts';
import type { Destination } from '../destinations/destination.ts';
import { chapters, type Finding } from '../finding.ts';
import { byCodeUnit, canonicalJson } from './canonical-json.ts';

/** Returns the same audit with findings and destinations in the fixed order of a bundle. */
export const inOrder = (audit: Audit): Audit => ({
  ...audit,
  findings: [...audit.findings].sort(byChapter),
  destinations: [...audit.destinations].sort(byAddress),
});

const byChapter = (left: Finding, right: Finding): number =>
  chapters.indexOf(left.chapter) - chapters.indexOf(right.chapter) ||
  byCodeUnit(left.id, right.id) ||
  byCodeUnit(left.host, right.host) ||
  byContent(left, right);

const byAddress = (left: Destination, right: Destination): number =>
  byCodeUnit(left.host, right.host) ||
  byCodeUnit(left.address, right.address) ||
  (left.port ?? -1) - (right.port ?? -1) ||
  byCodeUnit(left.protocol, right.protocol) ||
  byCodeUnit(left.who ?? '', right.who ?? '') ||
  byContent(left, right);

/** Gives two different entries a fixed order, independent of the order of the input. */
const byContent = (left: unknown, right: unknown): number => byCodeUnit(canonicalJson(left), canonicalJson(right));
