import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { isAlive, type ProcessId, signal, startDetached, waitForEnd } from './process.ts';
import { liveDisk } from './qemu-disk.ts';
import { consoleLog, type DiskConduct, type HostState } from './state.ts';

/** In the host's folder, where qemu runs. Socket paths have at most 107 characters, so it is never written in full. */
const controlSocket = 'control.sock';

/**
 * `cache=writeback`: a flush of the guest reaches the machine's disk, and what the guest did not flush is lost when qemu
 * is killed, as in a power cut. `unsafe` swallows the flushes.
 */
const conducts: Readonly<Record<DiskConduct, string>> = {
  honest: 'cache=writeback',
  lying: 'cache=unsafe',
  slow: 'cache=writeback,throttling.iops-write=100',
};

/** The argument that names the disk; a host's qemu is known by it among all processes. */
export const driveArgument = (folder: string, disk: DiskConduct): string =>
  `file=${liveDisk(folder)},if=virtio,format=qcow2,${conducts[disk]},discard=unmap`;

/**
 * A panic ends in a new boot a second later: emulation with a thread a processor now and then panics a kernel that patches
 * itself while it boots (int3 in sched_clock_cpu), and it would stand still until we give up. An emulated processor does
 * not run ahead, so what guards against that only costs: a tenth of all work.
 */
const kernelCommandLine = (kvm: boolean): string =>
  `root=/dev/vda rw console=ttyS0 net.ifnames=0 panic=1${kvm ? '' : ' mitigations=off'}`;

export function qemuArguments(state: HostState, folder: string, kvm: boolean): readonly string[] {
  const { spec } = state;
  const processor = kvm
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', 'tcg,thread=multi,tb-size=1024', '-cpu', 'max,la57=off,smap=off,pku=off'];
  return [
    '-name',
    spec.name,
    '-machine',
    'q35',
    ...processor,
    '-smp',
    String(spec.cpus),
    '-m',
    `${Math.floor(spec.memoryBytes / 2 ** 20)}M`,
    '-kernel',
    join(folder, 'vmlinuz'),
    '-initrd',
    join(folder, 'initrd'),
    '-append',
    kernelCommandLine(kvm),
    '-drive',
    driveArgument(folder, state.disk),
    '-netdev',
    `user,id=net0,hostfwd=tcp:${state.address}:${state.port}-:22`,
    '-device',
    'virtio-net-pci,netdev=net0',
    '-device',
    'virtio-rng-pci',
    '-display',
    'none',
    '-monitor',
    'none',
    '-chardev',
    `file,id=console,path=${consoleLog(folder)},append=on`,
    '-serial',
    'chardev:console',
    '-qmp',
    `unix:${controlSocket},server=on,wait=off`,
  ];
}

export async function startQemu(state: HostState, folder: string, kvm: boolean): Promise<ProcessId> {
  await rm(join(folder, controlSocket), { force: true });
  const args = qemuArguments(state, folder, kvm);
  return startDetached('qemu-system-x86_64', args, { log: consoleLog(folder), folder });
}

/** Presses the power button over QMP: a greeting, then one JSON object a line. */
function pressPowerButton(process: ProcessId): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(`/proc/${process.pid}/cwd/${controlSocket}`);
    socket.once('error', (error) =>
      reject(new LabError('LAB_HOST', `qemu takes no commands: ${error.message}`, error)),
    );
    socket.once('close', () => resolve());
    socket.resume();
    socket.once('connect', () => {
      socket.end('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
    });
  });
}

/** Clean shutdown of the guest, by force after `timeoutMs`. */
export async function stopQemu(process: ProcessId, timeoutMs: number): Promise<void> {
  if (!(await isAlive(process))) return;
  await pressPowerButton(process);
  if (await waitForEnd(process, timeoutMs)) return;
  await signal(process, 'SIGKILL');
  await waitForEnd(process, 10_000);
}
