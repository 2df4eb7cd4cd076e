import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

it('a reader that has seen enough (`--help | head`) is no error', async () => {
  const child = spawn('./jernverk', ['--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await once(child, 'close');
  expect({ said, code: child.exitCode }).toEqual({ said: '', code: 0 });
});
