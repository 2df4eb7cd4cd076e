import { accessSync, constants, readFileSync } from 'node:fs';
import { LabError } from './errors.ts';

export const labKinds = ['nspawn', 'qemu'] as const;
export type LabKind = (typeof labKinds)[number];

/** The properties of this machine that decide which kind of host it can have. */
export interface Machine {
  readonly root: boolean;
  /** KVM is usable: CPU flag vmx or svm, and /dev/kvm can be opened. */
  readonly kvm: boolean;
}

/** Returns whether the CPU can run guests, from the text of /proc/cpuinfo. The existence of /dev/kvm proves nothing. */
export function hasVirtualization(cpuinfo: string): boolean {
  return cpuinfo
    .split('\n')
    .filter((line) => /^flags\s*:/.test(line))
    .some((line) => /\s(vmx|svm)(\s|$)/.test(line));
}

function kvmOpens(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export const detectMachine = (): Machine => ({
  root: process.getuid?.() === 0,
  kvm: hasVirtualization(readFileSync('/proc/cpuinfo', 'utf8')) && kvmOpens(),
});

/**
 * Returns the wanted kind, or the best one: qemu with KVM, else nspawn as root, else qemu without KVM, which is slow.
 */
export function chooseKind(machine: Machine, wanted?: LabKind): LabKind {
  if (wanted === 'nspawn' && !machine.root) {
    throw new LabError('LAB_INPUT', 'nspawn hosts need root: run as root, or use --kind qemu');
  }
  if (wanted !== undefined) return wanted;
  if (machine.kvm) return 'qemu';
  return machine.root ? 'nspawn' : 'qemu';
}
