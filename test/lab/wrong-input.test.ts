import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jernverk, projectRoot } from '../support/command-line.ts';

const photo = join(projectRoot, 'workers/image-resizer/smoke.jpg');

describe('input that is wrong', () => {
  it.each([
    [['plan', 'anvil'], 'has no host named anvil'],
    [['enqueue', 'pdf-invoice', photo], 'has no worker named pdf-invoice'],
    [['enqueue', 'image-resizer', '/no/such/photo.jpg'], 'cannot read the file /no/such/photo.jpg'],
    [['enqueue', 'image-resizer', projectRoot], 'is a folder'],
    [['--env', 'production', 'cdktf', 'diff', '--force'], 'cdktf has to be the first word'],
    [['enqueue', 'image-resizer', photo, '--input', '{width'], '--input: expected a JSON object'],
    [['enqueue', 'image-resizer', photo, '--count', 'many'], '--count: expected a whole number'],
    [['logs', 'image-resizer', '--lines', 'all'], '--lines: expected a whole number'],
    [['destroy'], 'cannot ask without a terminal'],
    [['--env', 'nowhere', 'plan'], 'nowhere'],
    [['aply'], 'apply'],
  ])('%j is refused with exit code 2', async (words, message) => {
    const { exitCode, stderr } = await jernverk(...words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
