import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { isAlive, type ProcessId, signal, startDetached, waitForEnd } from './process.ts';
import { liveDisk } from './qemu-disk.ts';
import { consoleLog, type DiskConduct, type HostState } from './state.ts';

/**
 * Relative to the host's folder, in which qemu runs. Socket paths have at most 107 characters, so the full path is
 * never used.
 */
const controlSocket = 'control.sock';

/**
 * `cache=writeback`: a flush of the guest reaches the machine's disk. What the guest did not flush is lost when qemu is
 * killed, as in a power cut. `unsafe` ignores the flushes.
 */
const conducts: Readonly<Record<DiskConduct, string>> = {
  honest: 'cache=writeback',
  lying: 'cache=unsafe',
  slow: 'cache=writeback,throttling.iops-write=100',
};

/** Returns the argument that names the disk. A host's qemu is found by it among all processes. */
export const driveArgument = (folder: string, disk: DiskConduct): string =>
  `file=${liveDisk(folder)},if=virtio,format=qcow2,${conducts[disk]},discard=unmap`;

/**
 * After a panic the guest reboots a second later. Emulation with one thread per processor now and then panics a kernel
 * that patches itself while it boots (int3 in sched_clock_cpu), and without `panic=1` it would hang until the boot
 * timeout. An emulated processor does not execute speculatively, so the mitigations only cost time: a tenth of all
 * work.
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

/** Presses the power button over QMP: a greeting, then one JSON object per line. */
function pressPowerButton(process: ProcessId): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(`/proc/${process.pid}/cwd/${controlSocket}`);
    socket.once('error', (error) =>
      reject(new LabError('LAB_HOST', `qemu does not accept commands: ${error.message}`, error)),
    );
    socket.once('close', () => resolve());
    socket.resume();
    socket.once('connect', () => {
      socket.end('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
    });
  });
}

/** Shuts the guest down cleanly. Kills it after `timeoutMs`. */
export async function stopQemu(process: ProcessId, timeoutMs: number): Promise<void> {
  if (!(await isAlive(process))) return;
  await pressPowerButton(process);
  if (await waitForEnd(process, timeoutMs)) return;
  await signal(process, 'SIGKILL');
  await waitForEnd(process, 10_000);
}
