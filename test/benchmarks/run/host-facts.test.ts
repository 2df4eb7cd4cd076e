import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseFacts } from '../../../benchmarks/run/host-facts.ts';

const answer = await readFile('test/fixtures/benchmarks/run/debian-13-nspawn.txt', 'utf8');

it('a host says what it is and which tools it has', () => {
  expect(parseFacts('forge', answer)).toMatchObject({
    facts: {
      name: 'forge',
      debian: '13 (trixie)',
      cores: 2,
      memory_bytes: 24_683_656 * 1024,
      virtualization: 'systemd-nspawn',
      uptime_s: 18_146.7,
    },
    tools: { fio: 'fio-3.39', mtr: 'mtr 0.95' },
  });
});

it('a tool that is missing is null and no empty text', () => {
  expect(parseFacts('forge', answer.replace('fio-3.39', '')).tools).toMatchObject({ fio: null, mtr: 'mtr 0.95' });
});

it('an answer without a number that everything rests on is refused', () => {
  expect(() => parseFacts('forge', answer.replace('cores\t2', 'cores\t'))).toThrow('could not read the host’s cores');
});
