import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureTuning, type TuningContext } from '../../benchmarks/tuning/measure.ts';
import { type Tuning, tuningSchema } from '../../benchmarks/tuning/result.ts';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';

let connection: Connection;
beforeAll(async () => {
  connection = await bareLabHost('tuning');
});
afterAll(() => removeLabHost('tuning'));

const key = '/proc/sys/net/ipv4/tcp_slow_start_after_idle';
/** Neither side's: what is put back is what was there. */
const read = async (host: Host): Promise<string> => (await host.capture(raw(`cat ${key}`))).trim();

const contextOf = (host: Host, names: string[] = []): TuningContext => ({
  host,
  quick: true,
  environment: environmentWith({}),
  keep: async () => undefined,
  timed: (name, _seconds, work) => {
    names.push(name);
    return work();
  },
});

async function last(results: AsyncGenerator<Tuning>): Promise<Tuning | undefined> {
  let result: Tuning | undefined;
  for await (result of results);
  return result;
}

it('measures what a container has of its own, says why not of the rest, and leaves the host as it was', async () => {
  await using host = await connect(connection);
  await host.run(raw(`echo 0 > ${key}`));
  const names: string[] = [];
  const result = tuningSchema.parse(await last(measureTuning(contextOf(host, names))));
  const states = Object.fromEntries(result.groups.map(({ group, state }) => [group, state]));
  expect(states).toEqual({
    'write-back': 'not applicable',
    disk: 'not applicable',
    'huge-pages': 'not applicable',
    swap: 'not applicable',
    'idle-connections': 'measured',
    'accept-queues': 'not a matter of speed',
    'dead-peers': 'not a matter of speed',
  });
  const measured = result.groups.find(({ state }) => state === 'measured');
  expect(measured?.samples.map(({ side }) => side).join('')).toBe('ABBAABBAABBA');
  expect(measured?.words).toMatch(
    /^time of 800 kB .* ms with stock Debian, .* ms with our settings, .*: (better|worse|no evid)/,
  );
  expect(names).toHaveLength(13);
  expect(await read(host)).toBe('0');
});

it('the host puts a setting back by itself when the connection is lost in the middle', async () => {
  await using watching = await connect(connection);
  await watching.run(raw(`echo 0 > ${key}`));
  const host = await connect(connection);
  const lost = last(
    measureTuning(contextOf(host), {
      groups: ['idle-connections'],
      measures: {
        'burst-after-idle': async () => {
          expect(await read(host)).toBe('1');
          await host.close();
          return 0;
        },
      },
    }),
  );
  await expect(lost).rejects.toMatchObject({
    code: 'TUNING_HOST_LOST',
    message: expect.stringMatching(/^tuning: the connection was lost while its settings were changed: /),
  });
  await eventually(async () => (await read(watching)) === '0');
});
