import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Result, resultSchema } from '../../benchmarks/result.ts';
import { measureTuning } from '../../benchmarks/tuning/measure.ts';
import type { Tuning } from '../../benchmarks/tuning/result.ts';
import { labCutPower, labStart } from '../../lab/power.ts';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { expectFaultsToBeSeen } from '../benchmarks/network/faulty-path.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { kernelHasNetem } from '../support/netem.ts';
import { makeVirtualMachine, timed, type VirtualMachine } from '../support/virtual-machine.ts';

/** What needs a disk and a kernel that the test can bend: flushes that lie, a slow disk, a long path, the tuning. */
const name = 'bench13';
let machine: VirtualMachine;
const open = (): Promise<Host> => connect(machine.connection);

beforeAll(async () => {
  machine = await makeVirtualMachine(name);
});
afterAll(() => machine?.remove());

async function bench(...words: readonly string[]): Promise<{ result: Result; exitCode: number }> {
  const all = ['--env', machine.environment, '--json', 'bench', '--quick', ...words];
  const { stdout, stderr, exitCode } = await timed(`bench ${words.join(' ')}`, () => jernverk(...all));
  const [host] = JSON.parse(stdout).hosts;
  expect(host.error, stderr).toBeNull();
  return { result: resultSchema.parse(host.result), exitCode };
}

/** Its SSH server may answer once and be started anew: emulated boots meet the time limits of services. */
async function start(disk: 'lying' | 'slow'): Promise<void> {
  await labStart(projectRoot, name, disk);
  const booted = async (): Promise<boolean> => {
    await using host = await open();
    await host.run(raw('systemctl is-system-running --wait || :'), { timeoutMs: 15 * 60_000 });
    return true;
  };
  await eventually(() => booted().catch(() => null));
}

const levelOf = ({ verdicts }: Result, id: string): string | undefined =>
  verdicts.find((verdict) => verdict.id === id)?.level;

// The machine below decides how much a flush costs: where it is nearly free, its time alone proves nothing.
it('a disk that honours flushes is not accused, and the log on it has a level', async () => {
  const { result } = await bench('--suite', 'cpu,disk');
  expect(result.host.virtualization).toBe('qemu');
  expect(result.disk).toMatchObject({ state: 'complete', data: { writeCache: 'write back' } });
  const flush = result.disk?.data?.flush;
  expect(['honoured', 'unclear'], flush?.words).toContain(flush?.verdict);
  expect(['good', 'fair', 'bad']).toContain(levelOf(result, 'disk/wal-append'));
  expect(result.cpu?.state).toBe('complete');
  expect(result.tuning['sysctl/vm.swappiness']).toBe('60');
});

it('a path of 20 ms and one that loses packets get the right verdicts', async () => {
  await using host = await open();
  if (!(await host.test(kernelHasNetem))) throw new Error('the guest has no netem');
  await timed('netem', () => expectFaultsToBeSeen(host));
});

it('stock settings and ours are really switched, and all are put back', async () => {
  await using host = await open();
  const settings = `sysctl vm.dirty_bytes vm.dirty_ratio vm.dirty_background_bytes vm.dirty_background_ratio
cat /sys/kernel/mm/transparent_hugepage/enabled /sys/block/vda/queue/scheduler /sys/block/vda/queue/read_ahead_kb`;
  const read = (): Promise<string> => host.capture(raw(settings));
  const before = await read();
  const seen = new Set<string>();
  const look = async (): Promise<number> => {
    seen.add(await read());
    return 1;
  };
  const context = {
    host,
    quick: true,
    environment: environmentWith({}),
    keep: async () => undefined,
    timed: <Value>(_name: string, _seconds: number, work: () => Promise<Value>) => work(),
  };
  const measures = { 'fdatasync-bulk': look, 'fdatasync-mixed': look, 'burst-after-idle': look, drain: look };
  let result: Tuning | null = null;
  for await (result of measureTuning(context, { measures }));
  const states = new Map(result?.groups.map(({ group, state }) => [group, state]));
  expect(states.get('write-back')).toBe('measured');
  expect(states.get('huge-pages')).toBe('measured');
  // A virtual disk of a stock Debian has our scheduler and read-ahead already.
  expect(states.get('disk')).toBe('same as stock');
  expect(seen.size).toBeGreaterThan(2);
  expect(await read()).toBe(before);
});

it('a disk that swallows flushes is caught', async () => {
  await labCutPower(projectRoot, name);
  await timed('boot on a lying disk', () => start('lying'));
  const { result, exitCode } = await bench('--suite', 'disk');
  expect(result.disk?.data?.flush?.verdict, result.disk?.data?.flush?.words).toBe('not honoured');
  expect(levelOf(result, 'disk/flush')).toBe('bad');
  expect(levelOf(result, 'disk/wal-append')).toBe('unknown');
  expect(exitCode).toBe(1);
});

it('a slow disk is bad, in words of the workload', async () => {
  await labCutPower(projectRoot, name);
  await timed('boot on a slow disk', () => start('slow'));
  // A throttled write takes about as long as the flush after it, if the machine's own flush is nearly free. Whether
  // flushes reach the disk is the question of the two tests above, and it is answered before the level of the log.
  await appendFile(machine.environment, 'benchmarks: { powerLossProtection: true }\n');
  const { result, exitCode } = await bench('--suite', 'disk');
  const verdict = result.verdicts.find(({ id }) => id === 'disk/wal-append');
  expect(verdict).toMatchObject({
    level: 'bad',
    words: expect.stringContaining('confirmed jobs/s from one publisher'),
  });
  expect(exitCode).toBe(1);
});

it('a host that dies in the middle leaves a partial result that says so', async () => {
  const words = ['--env', machine.environment, 'bench', '--quick', '--suite', 'cpu,disk'];
  const child = spawn('./jernverk', words, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const begun = new EventEmitter();
  const writes = once(begun, 'writes');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    if (said.includes('disk/randwrite-1')) begun.emit('writes');
  });
  await Promise.race([writes, closed]);
  await labCutPower(projectRoot, name);
  const [exitCode] = await closed;
  // 2 for what was not measured, or 1 where what was measured before the cut is bad for a queue: emulation is slow.
  expect([1, 2], said).toContain(exitCode);
  const history = JSON.parse((await jernverk('--env', machine.environment, '--json', 'bench', 'history', name)).stdout);
  const last = resultSchema.parse(history.at(-1));
  expect(last.cpu?.state).toBe('complete');
  expect(last.disk?.state).toBe('partial');
  expect(last.disk?.data?.windows.map(({ job }) => job)).toEqual(['wal-append']);
  expect(last.verdicts.find(({ id }) => id === 'disk/complete')).toMatchObject({ level: 'unknown' });
});
