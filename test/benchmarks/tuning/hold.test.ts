import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Group, groupsOf, type Side } from '../../../benchmarks/tuning/groups.ts';
import { holdSettings } from '../../../benchmarks/tuning/hold.ts';
import { parseMachine } from '../../../benchmarks/tuning/machine.ts';
import { switchCommand, touched } from '../../../benchmarks/tuning/switch.ts';
import { raw } from '../../../lib/shell.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { eventually } from '../../support/eventually.ts';
import { type Exec, runLocally, startServer, type TestServer } from '../../support/ssh-server.ts';

/** Files of the test's own in the place of the kernel's, on a host that is this machine over a real connection. */
let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-tuning-'));
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const text = async (name: string): Promise<string> => (await readFile(path(name), 'utf8')).trim();
beforeEach(async () => {
  await writeFile(path('one'), '7\n');
  await writeFile(path('two'), '4096\t16384\t4194304\n');
});

const [template] = groupsOf(parseMachine(''));
function groupWith(names: readonly string[]): Group {
  if (template === undefined) throw new Error('no groups');
  const writes = (side: Side) => names.map((name) => ({ path: path(name), text: side }));
  return { ...template, writes: { A: writes('A'), B: writes('B') } };
}
const group = () => groupWith(['one', 'two']);

it('each side is put in, and when it is over all is as before', async () => {
  await using host = await connect(server.connection);
  const held = await holdSettings(host, touched(group()));
  await host.run(switchCommand(group(), 'A'));
  expect([await text('one'), await text('two')]).toEqual(['A', 'A']);
  await host.run(switchCommand(group(), 'B'));
  expect([await text('one'), await text('two')]).toEqual(['B', 'B']);
  await held[Symbol.asyncDispose]();
  expect([await text('one'), await text('two')]).toEqual(['7', '4096 16384 4194304']);
});

it('a host that prints something of its own first is not taken for one that is ready', async () => {
  const run = runLocally();
  const steps = new EventEmitter<{ noise: []; goOn: [] }>();
  const noise = once(steps, 'noise');
  let calls = 0;
  const exec: Exec = async (command, channel) => {
    // The second is the one that holds.
    if (++calls === 2) {
      const goOn = once(steps, 'goOn');
      channel.stderr.write('bash.bashrc: PS1: unbound variable\n');
      steps.emit('noise');
      await goOn;
    }
    return run(command, channel);
  };
  await using noisy = await startServer({ exec });
  await using host = await connect(noisy.connection);
  let ready = false;
  const holding = holdSettings(host, touched(group())).then((held) => {
    ready = true;
    return held;
  });
  await noise;
  // A connection keeps the order: with this answer the noise has come, too.
  await host.run(raw('true'));
  expect(ready).toBe(false);
  steps.emit('goOn');
  const held = await holding;
  await host.run(switchCommand(group(), 'A'));
  await held[Symbol.asyncDispose]();
  expect(await text('one')).toBe('7');
});

it('a value that the kernel does not take as it was written fails the switch', async () => {
  await using host = await connect(server.connection);
  await rm(path('one'));
  await host.run(raw(`ln -s /dev/null ${path('one')}`));
  await expect(host.run(switchCommand(group(), 'A'))).rejects.toThrow(/one is {1,2}after A was written to it/);
  await rm(path('one'));
});

describe('where it ends otherwise', () => {
  it('a lost connection puts everything back', async () => {
    const host = await connect(server.connection);
    await holdSettings(host, touched(group()));
    await host.run(switchCommand(group(), 'A'));
    expect(await text('one')).toBe('A');
    await host.close();
    await eventually(async () => (await text('one')) === '7' && (await text('two')) === '4096 16384 4194304');
  });

  it('a holder that is told to go puts everything back', async () => {
    await using host = await connect(server.connection);
    const held = await holdSettings(host, touched(group()));
    await host.run(switchCommand(group(), 'A'));
    // The one that has this test's folder in its script.
    await host.run(raw(`kill $(pgrep --full '^bash --norc -euc .*${folder}')`));
    await eventually(async () => (await text('one')) === '7');
    await held[Symbol.asyncDispose]();
  });

  it('what cannot be put back is an error that names it', async () => {
    await using host = await connect(server.connection);
    const held = await holdSettings(host, touched(group()));
    await host.run(switchCommand(group(), 'A'));
    await rm(path('one'));
    await host.run(raw(`ln -s /dev/null ${path('one')}`));
    await expect(held[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: 'TUNING_NOT_RESTORED',
      message: expect.stringContaining(`now it has ${path('one')}`),
      hint: expect.stringContaining('jernverk apply'),
    });
    await rm(path('one'));
  });
});
