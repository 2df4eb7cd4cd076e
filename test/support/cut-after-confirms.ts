import { EventEmitter, once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { labCutPower } from '../../lab/power.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { projectRoot } from './command-line.ts';
import { declareClassicQueue, handIn } from './hand-in.ts';

/**
 * Hands in jobs that will be done, jobs that will be dead, and side by side the same messages on a classic queue;
 * cuts the power as soon as the thousandth confirm of the worker's jobs has arrived here.
 */
export async function cutAfterConfirms(host: Host, name: string, folder: string) {
  const broken = join(folder, 'broken.jpg');
  await writeFile(broken, 'this is no picture');
  const photo = join(projectRoot, 'workers/image-resizer/smoke.jpg');
  await declareClassicQueue(host, 'contrast');
  const confirmed = new EventEmitter();
  const onConfirm = (): void => void (good.ids.length + bad.ids.length === 1000 && confirmed.emit('all'));
  const all = once(confirmed, 'all');
  const good = handIn(host, { queue: 'image-resizer', file: photo, count: 300, window: 100, onConfirm });
  const bad = handIn(host, { queue: 'image-resizer', file: broken, count: 700, window: 100, onConfirm });
  // More than will ever be reached: so the last ones were confirmed just before the cut, however fast the machine is.
  const contrast = { queue: 'contrast', file: photo, count: 100_000, window: 4, onConfirm: () => undefined };
  const classic = handIn(host, contrast);
  const ended = [good.ended, bad.ended, classic.ended];
  await Promise.race([all, Promise.all(ended)]);
  await labCutPower(projectRoot, name);
  await Promise.allSettled(ended);
  await host.close();
  expect(good.ids.length + bad.ids.length).toBe(1000);
  return { done: good.ids, dead: bad.ids, classic: classic.ids };
}
