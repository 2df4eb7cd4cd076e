import { describe, expect, it } from 'vitest';
import type { jernverk } from './command-line.ts';
import { eventually } from './eventually.ts';
import { attackFrom } from './hostile-worker.ts';

/** The worker `image-resizer` on a deployed host: what it can take, and what it cannot. */
export function greedyWorker(
  run: typeof jernverk,
  on: (script: string) => Promise<string>,
  photo: string,
  input: readonly string[],
): void {
  describe('a worker that fills its status folder and takes all connections to the broker', () => {
    const slot = 'image-resizer_00';
    const reached = async (): Promise<readonly { readonly name: string }[]> => {
      const [answer] = JSON.parse((await run('--json', 'status')).stdout).hosts;
      return answer.status.limits;
    };
    const names = async (): Promise<string> => (await reached()).map((limit) => limit.name).join(', ');

    it('reaches its limits, and status names them', async () => {
      await on(attackFrom(slot, '/run/attack'));
      await eventually(async () =>
        /^connections of image-resizer, status of image-resizer_00-\w{8}$/.test(await names()),
      );
      expect(await on('cat /run/attack')).toMatch(/^fill ENOSPC\nsetuid done\nreplace (EBUSY|EROFS)$/);
    });

    it('cannot leave a program that runs with its rights', async () => {
      const program = '/var/lib/jernverk/files/image-resizer/results/program';
      expect(await on(`stat -c %a ${program}`)).toBe('4755');
      const started = `setpriv --reuid 65534 --regid 65534 --clear-groups ${program} --version 2>&1 || true`;
      expect(await on(started)).toContain('Permission denied');
      await on(`rm ${program}`);
    });

    it('does not stop jobs, verify or apply; verify names it', async () => {
      const job = await run('enqueue', 'image-resizer', photo, '--wait', ...input);
      expect(JSON.parse(job.stdout)).toMatchObject({ state: 'done' });
      const verified = await run('verify');
      expect(verified.stdout).toContain('- limit/status of image-resizer_00-');
      expect(verified.exitCode).toBe(1);
    });

    it('is as before once its container has ended: its slot starts again with an empty status folder', async () => {
      await on(`docker kill $(docker ps --quiet --filter label=jernverk.slot=${slot})`);
      await eventually(async () => (await names()) === '' && (await run('verify')).exitCode === 0);
    });
  });
}
