import * as z from 'zod';
import type { Fact, Kind } from '../../engine/kind.ts';
import { allAbsent, keysOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import { dockerAnswers, dockerQuestion } from './api.ts';

/** Label of a worker image: the name of the base image that it is built on. */
export const baseLabel = 'jernverk.base';

const images = z.array(
  z.object({ RepoTags: z.array(z.string()).nullish(), Labels: z.record(z.string(), z.string()).nullish() }),
);

/**
 * Images as settings: `image/<name>:<tag>` is the base image below it, or "present" for an image without one. Also
 * returns names that no key asks for if `isOurs` accepts them.
 */
export function imageFacts(keys: readonly string[], isOurs: (name: string) => boolean): Fact[] {
  const own = keysOf(keys, 'image');
  if (own.length === 0) return [];
  return [{ keys: own, command: dockerQuestion, parse: (output) => parseImages(output, own, isOurs) }];
}

function parseImages(output: string, keys: readonly string[], isOurs: (name: string) => boolean): Readings {
  const readings = allAbsent(keys);
  for (const image of images.parse(dockerAnswers(output).images ?? [])) {
    for (const tag of image.RepoTags ?? []) {
      const key = `image/${tag}`;
      if (readings.has(key) || isOurs(nameOf(key))) readings.set(key, value(image.Labels?.[baseLabel] ?? 'present'));
    }
  }
  return readings;
}

export const imageKind = (isOurs: (name: string) => boolean): Kind => ({
  prefixes: ['image'],
  facts: (keys) => imageFacts(keys, isOurs),
});
