import { EventEmitter, once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labCutPower, labStart } from '../../lab/power.ts';
import { raw } from '../../provision/command.ts';
import { connect, type Host } from '../../provision/host.ts';
import type { HostPlan } from '../../provision/report.ts';
import { benchQuick } from '../support/bench-quick.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { declareClassicQueue, handIn, messagesIn, resultsOn } from '../support/hand-in.ts';
import { makeVirtualMachine, timed, type VirtualMachine } from '../support/virtual-machine.ts';

/**
 * What only a machine with a kernel, a disk and a power switch of its own can show. One machine for all of it: its
 * deploy is what takes long. That a deploy works on a bare host is shown on containers, in test/lab.
 */
const name = 'machine13';

describe('a virtual machine with Debian 13', () => {
  let machine: VirtualMachine;
  const run = (...words: readonly string[]) => jernverk('--env', machine.environment, ...words);
  const open = (): Promise<Host> => connect(machine.connection);
  const ask = async (script: string, timeoutMs = 60_000): Promise<string> => {
    await using host = await open();
    return (await host.run(raw(script), { timeoutMs })).stdout.trim();
  };
  const plan = async (): Promise<HostPlan> => {
    const { hosts } = JSON.parse((await run('--json', 'plan')).stdout);
    return hosts[0];
  };
  /** Nobody touches the machine: its slots take jobs some time after its SSH server answers. */
  const settled = async (): Promise<void> => {
    await timed('slots take jobs', () => ask(untilSlotsTakeJobs, 15 * 60_000));
    const verified = await timed('verify', () => run('verify'));
    expect(verified.exitCode, verified.stdout).toBe(0);
  };

  beforeAll(async () => {
    machine = await makeVirtualMachine(name);
  });
  afterAll(() => machine?.remove());

  it('the deploy converges', async () => {
    const applied = await timed('deploy', () => run('apply'));
    expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  });

  it('no setting is not applicable here, and none differs', async () => {
    const { topics } = await timed('plan', plan);
    for (const { topic, diff } of topics) {
      expect({ topic, ...diff }).toEqual({ topic, changes: [], unknown: [], notApplicable: [] });
    }
  });

  it('the kernel answers with the values', async () => {
    expect(
      await ask(`sysctl -n vm.swappiness vm.dirty_background_bytes vm.dirty_bytes net.ipv4.tcp_keepalive_time
grep -o '\\[.*\\]' /sys/block/vda/queue/scheduler
cat /sys/block/vda/queue/read_ahead_kb /sys/kernel/mm/transparent_hugepage/enabled
awk 'NR > 1 { print $1, $3 }' /proc/swaps`),
    ).toBe(`10
67108864
268435456
30
[none]
128
always [madvise] never
/var/lib/jernverk/swap 1048576`);
  });

  it('kernel settings that somebody changed are shown, and apply repairs those', async () => {
    await ask(disturb);
    const { topics } = await plan();
    const changed = topics.flatMap(({ diff }) => diff.changes.map(({ key, from, to }) => `${key}: ${from} → ${to}`));
    expect(changed.sort()).toEqual([
      'block/read-ahead: 4096 KB → 128 KB',
      'block/scheduler: mq-deadline → none',
      'swap/1024 MB: null → present',
      'sysctl/vm.dirty_bytes: 0 → 268435456',
      'sysctl/vm.swappiness: 60 → 10',
      'thp/enabled: always → madvise',
    ]);
    const applied = await timed('repair', () => run('apply'));
    expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  });

  it('after a reboot everything is as wanted again, without a hand', async () => {
    const bootId = () => ask('cat /proc/sys/kernel/random/boot_id');
    const before = await bootId();
    await ask('systemctl reboot --no-block');
    await timed('reboot', () => eventually(async () => (await bootId().catch(() => before)) !== before));
    await settled();
  });

  it('the broker ended in good order at that reboot', async () => {
    const said = await ask('journalctl --quiet --boot=-1 --unit=rabbitmq-server.service --output=cat | tail -n 3');
    expect(said).toContain('rabbitmq-server.service: Deactivated successfully.');
  });

  it('bench measures it with every suite', async () => {
    const { result } = await timed('bench', () => benchQuick(machine.environment));
    expect(result.host.virtualization).toBe('qemu');
  });

  it('of 1,000 confirmed jobs none is lost in a power cut; of those on a classic queue some are', async () => {
    const { done, dead, classic } = await timed('1,000 confirms and the cut', cutAfterConfirms);
    await timed('boot after the cut', () => labStart(projectRoot, name));
    const booted = 1000 * Number(await ask("sed -n 's/^btime //p' /proc/stat"));
    await using host = await open();

    const records = await timed('every job has ended', () => resultsOn(host, 1000));
    for (const id of done) expect(records.get(id)).toMatchObject({ state: 'done', reason: null });
    for (const id of dead) {
      expect(records.get(id)).toMatchObject({ state: 'dead', reason: expect.stringContaining('not a picture') });
    }
    const before = [...records.values()].filter(({ finishedAt }) => Date.parse(finishedAt) < booted).length;
    const left = await messagesIn(host, 'contrast');
    console.log(`ended before the cut: ${before}; left of ${classic.length} on the classic queue: ${left}`);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1000);
    expect(left).toBeLessThan(classic.length);
    // A record is on disk before the broker hears the ack, so the last jobs of both slots may still be in the queue.
    await eventually(async () => (await messagesIn(host, 'image-resizer')) === 0);
    expect(await messagesIn(host, 'image-resizer.dead')).toBeGreaterThanOrEqual(dead.length);
    await settled();
  });

  /**
   * Hands in jobs that will be done, jobs that will be dead, and side by side the same messages on a classic queue;
   * cuts the power as soon as the thousandth confirm of the worker's jobs has arrived here.
   */
  async function cutAfterConfirms() {
    const broken = join(dirname(machine.environment), 'broken.jpg');
    await writeFile(broken, 'this is no picture');
    const photo = join(projectRoot, 'workers/image-resizer/smoke.jpg');
    const host = await open();
    await declareClassicQueue(host, 'contrast');
    const confirmed = new EventEmitter();
    const onConfirm = (): void => void (good.ids.length + bad.ids.length === 1000 && confirmed.emit('all'));
    const all = once(confirmed, 'all');
    const good = handIn(host, { queue: 'image-resizer', file: photo, count: 900, window: 100, onConfirm });
    const bad = handIn(host, { queue: 'image-resizer', file: broken, count: 100, window: 20, onConfirm });
    // More than will ever be reached: so the last ones were confirmed just before the cut, however fast the machine is.
    const contrast = { queue: 'contrast', file: photo, count: 100_000, window: 4, onConfirm: () => undefined };
    const classic = handIn(host, contrast);
    const ended = [good.ended, bad.ended, classic.ended];
    await Promise.race([all, Promise.all(ended)]);
    await labCutPower(projectRoot, name);
    await Promise.allSettled(ended);
    await host.close();
    expect(good.ids.length + bad.ids.length).toBe(1000);
    return { done: good.ids, dead: bad.ids, classic: classic.ids };
  }
});

/** Each kind of kernel setting, as a person or another tool might leave it. */
const disturb = `sysctl -qw vm.swappiness=60 vm.dirty_ratio=20
echo mq-deadline > /sys/block/vda/queue/scheduler
echo 4096 > /sys/block/vda/queue/read_ahead_kb
echo always > /sys/kernel/mm/transparent_hugepage/enabled
swapoff /var/lib/jernverk/swap`;

const untilSlotsTakeJobs = `until [ "$(cat /run/jernverk/slots/*/status.json 2>/dev/null | grep -cE '"state":"(consuming|busy)"')" -eq 2 ]; do sleep 1; done`;
