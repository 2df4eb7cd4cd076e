import { expect, it } from 'vitest';
import { PermanentFailure } from '../../../platform/runtime/failure.ts';
import { memoryNeeded } from '../../../workers/image-resizer/memory.ts';
import { resize } from '../../../workers/image-resizer/resize.ts';
import { scene } from '../../support/photos.ts';
import { slotMemory } from './pictures.ts';

const of40Megapixels = { width: 7300, height: 5480, frames: 1, isAvif: false };
const box = (side: number) => ({ width: side, height: side });

it.each(['jpeg', 'png', 'webp', 'gif'] as const)(
  'a slot of 512 MB takes 40 megapixels to a %s of 4096 pixels',
  (format) => {
    expect(memoryNeeded(of40Megapixels, { ...box(4096), format })).toBeLessThan(slotMemory);
  },
);

it('a slot of 512 MB does not take an AVIF of 40 megapixels', () => {
  expect(memoryNeeded({ ...of40Megapixels, isAvif: true }, { ...box(100), format: 'jpeg' })).toBeGreaterThan(
    slotMemory,
  );
});

it('a resize that would outgrow the slot is refused with what to do about it', async () => {
  const photo = await scene(2000, 1500).jpeg().toBuffer();
  const error = await resize(photo, { ...box(2000), format: 'avif' }, 200 * 2 ** 20).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PermanentFailure);
  expect(error).toMatchObject({
    message: expect.stringMatching(/needs about 245 MB of memory and the slot has 200 MB: give the worker more memory/),
  });
});
