import { describe, expect, test } from 'vitest';
import { raw, sh } from '../../provision/command.ts';
import { connect } from '../../provision/host.ts';
import { startServer } from '../support/ssh-server.ts';

describe('a command', () => {
  test('gives its output and errors apart', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.run(raw('echo out; echo err >&2'))).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(await host.capture(sh`echo ${"it's"}`)).toBe("it's\n");
    expect(await host.test(sh`test -d /`)).toBe(true);
    expect(await host.test(sh`test -d /nowhere`)).toBe(false);
    await expect(host.run(raw('echo no >&2; exit 3'))).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      status: 3,
      stderr: 'no',
    });
  });
});
