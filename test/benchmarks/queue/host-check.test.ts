import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHost } from '../../../benchmarks/queue/host-check.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';

const fixture = join(import.meta.dirname, '../../fixtures/benchmarks/queue/host-debian13-nspawn.txt');
const answer = readFileSync(fixture, 'utf8');
const check = (printed: string, needed = 1e9) => checkHost('forge', printed, needed);
const without = (key: string): string => answer.replace(new RegExp(`^${key} .*\n`, 'm'), '');

describe('a host', () => {
  it('that was deployed is ready', () => {
    expect(check(answer)).toEqual({
      image: 'jernverk/base:trixie-c336cdeab251',
      brokerPid: 6323,
      device: 'vda',
    });
  });

  it('without one disk below its broker is measured without the disk', () => {
    expect(check(without('device')).device).toBeNull();
  });

  it.each([
    ['docker', 'Docker does not run'],
    ['image', 'there is no image jernverk/base'],
    ['broker_pid', 'RabbitMQ does not run'],
    ['socket', 'broker.sock is missing'],
    ['nodes', 'HTTP API does not answer'],
  ])('without %s is not measured, and it says what to do', (key, words) => {
    expect(() => check(without(key))).toThrow(NotMeasured);
    expect(() => check(without(key))).toThrow(words);
    expect(() => check(without(key))).toThrow('run jernverk apply forge');
  });

  it.each([
    ['mem_alarm', 'memory alarm'],
    ['disk_free_alarm', 'disk alarm'],
  ])('whose broker has a %s is not measured', (flag, words) => {
    const alarmed = answer.replace(`"${flag}":false`, `"${flag}":true`);
    expect(() => check(alarmed)).toThrow(NotMeasured);
    expect(() => check(alarmed)).toThrow(words);
  });

  it('on which the backlog would raise the disk alarm is not measured', () => {
    const free = Number(/^free_bytes (\d+)$/m.exec(answer)?.[1]);
    const limit = 2_147_483_648;
    expect(() => check(answer, free - limit)).not.toThrow();
    expect(() => check(answer, free - limit + 1)).toThrow(/^forge: [\d.]+ GB are free .* needs [\d.]+ GB; make room/);
  });
});
