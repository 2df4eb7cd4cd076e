import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHost } from '../../../benchmarks/queue/host-check.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';

const fixture = join(import.meta.dirname, '../../fixtures/benchmarks/queue/host-debian13-nspawn.txt');
const answer = readFileSync(fixture, 'utf8');
const reserve = 2e9;
const check = (printed: string, backlog = 1e9) => checkHost('forge', printed, { backlog, reserve });
const without = (key: string): string => answer.replace(new RegExp(`^${key} .*\n`, 'm'), '');

describe('a host', () => {
  it('that was deployed is ready', () => {
    expect(check(answer)).toEqual({
      image: 'jernverk/base:trixie-c336cdeab251',
      brokerPid: Number(/^broker_pid (\d+)$/m.exec(answer)?.[1]),
      device: 'vda',
    });
  });

  it('without one disk below its broker is measured without the disk', () => {
    expect(check(without('device')).device).toBeNull();
  });

  it.each([
    ['docker', 'Docker is not running'],
    ['image', 'the image jernverk/base, which has Node.js, is missing'],
    ['broker_pid', 'RabbitMQ is not running'],
    ['socket', 'broker.sock is missing'],
    ['alarms', 'HTTP API does not answer'],
  ])('without %s is not measured, and it says what to do', (key, words) => {
    expect(() => check(without(key))).toThrow(NotMeasured);
    expect(() => check(without(key))).toThrow(words);
    expect(() => check(without(key))).toThrow('run ./jernverk apply forge');
  });

  it('whose broker blocks publishers is not measured', () => {
    const failed =
      'alarms {"reason":"There are alarms in effect on the node","status":"failed","alarms":[{"node":"rabbit@forge","resource":"memory"}]}';
    const alarmed = answer.replace(/^alarms .*$/m, failed);
    expect(() => check(alarmed)).toThrow(NotMeasured);
    expect(() => check(alarmed)).toThrow('the broker has an alarm (memory) and blocks publishers');
  });

  it.each(['', '{"error":"not_authorised","reason":"Login failed"}', '<html>'])(
    'whose broker answers %j to the question for alarms is not measured',
    (text) => {
      expect(() => check(answer.replace(/^alarms .*$/m, `alarms ${text}`))).toThrow('HTTP API does not answer');
    },
  );

  it('on which the backlog would raise the disk alarm is not measured', () => {
    const free = Number(/^free_bytes (\d+)$/m.exec(answer)?.[1]);
    expect(() => check(answer, free - reserve)).not.toThrow();
    expect(() => check(answer, free - reserve + 1)).toThrow(
      /^forge: 69\.5 GB is free .*backlog needs 67\.5 GB, and the broker .* below 2\.0 GB; free some space/,
    );
  });
});
