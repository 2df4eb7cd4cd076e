import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Look, parseLook, samplesOf } from '../../../benchmarks/cpu/counters.ts';
import { neighbourSampleSchema } from '../../../benchmarks/cpu/result.ts';

const text = readFileSync(join(import.meta.dirname, '../../fixtures/benchmarks/cpu/looks.txt'), 'utf8');
const looks = text
  .split('\n.\n')
  .map(parseLook)
  .filter((look) => look !== null);

const look = (uptime_ms: number, counters: Partial<Look> = {}): Look => ({
  uptime_ms,
  total: uptime_ms / 5,
  idle: uptime_ms / 5,
  steal: 0,
  contextSwitches: 0,
  waited: { cpu: 0, io: 0, memory: 0 },
  ...counters,
});

describe('the kernel’s counters', () => {
  it('are read from what a host prints', () => {
    expect(looks).toHaveLength(3);
    expect(looks[0]).toMatchObject({ uptime_ms: expect.any(Number), waited: { memory: expect.any(Number) } });
  });

  it('become shares of the time between two looks, on the clock of the run', () => {
    const samples = samplesOf(looks, -(looks[0]?.uptime_ms ?? 0)).map((sample) => neighbourSampleSchema.parse(sample));
    expect(samples).toHaveLength(2);
    for (const { at_ms, busy, steal, pressureCpu } of samples) {
      expect(at_ms).toBeGreaterThan(900);
      for (const share of [busy, steal, pressureCpu ?? -1]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  it('tell steal, work, waiting and context switches apart', () => {
    const [sample] = samplesOf(
      [
        look(0),
        look(2000, {
          total: 400,
          idle: 200,
          steal: 40,
          contextSwitches: 3000,
          waited: { cpu: 500_000, io: 1_000_000, memory: 0 },
        }),
      ],
      100,
    );
    expect(sample).toEqual({
      at_ms: 2100,
      steal: 0.1,
      busy: 0.4,
      pressureCpu: 0.25,
      pressureIo: 0.5,
      pressureMemory: 0,
      contextSwitches_per_s: 1500,
    });
  });

  it('do not count guest time twice: it is part of user', () => {
    const guest = '/proc/uptime:1.00 1.00\n/proc/stat:cpu  60 0 0 40 0 0 0 0 60 0\n/proc/stat:ctxt 1';
    expect(parseLook(guest)?.total).toBe(100);
  });

  it('have no pressure on a kernel without PSI', () => {
    const without = text.replace(/^\/proc\/pressure.*\n/gm, '');
    const [first, second] = without.split('\n.\n').map(parseLook);
    if (!first || !second) throw new Error('not read');
    expect(samplesOf([first, second], 0)[0]).toMatchObject({
      pressureCpu: null,
      pressureIo: null,
      pressureMemory: null,
    });
  });

  it('of a look that was cut off are left out', () => {
    expect(parseLook('/proc/uptime:1.00 1.00\n')).toBeNull();
  });

  it('that went back a little, as iowait may, are no share below 0', () => {
    const [sample] = samplesOf([look(0, { idle: 100, total: 100 }), look(1000, { idle: 99, total: 199 })], 0);
    expect(sample?.busy).toBe(1);
  });
});
