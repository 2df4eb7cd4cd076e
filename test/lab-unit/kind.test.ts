import { describe, expect, it } from 'vitest';
import { chooseKind, hasVirtualization } from '../../lab/kind.ts';

const cpuinfo = (flags: string): string =>
  `processor\t: 0\nmodel name\t: CPU with svm in its name\nflags\t\t: ${flags}\nbugs\t\t: \n`;

describe('virtualization of the CPU', () => {
  it.each(['fpu vmx sse', 'fpu svm sse', 'fpu sse svm'])('is there with the flags "%s"', (flags) => {
    expect(hasVirtualization(cpuinfo(flags))).toBe(true);
  });

  it.each(['fpu sse', 'fpu svm_lock', 'hypervisor vmx_something'])('is not there with the flags "%s"', (flags) => {
    expect(hasVirtualization(cpuinfo(flags))).toBe(false);
  });

  it('is not there without any flags', () => {
    expect(hasVirtualization('')).toBe(false);
  });
});

describe('the kind of a host', () => {
  it.each([
    [{ root: true, kvm: true }, 'qemu'],
    [{ root: false, kvm: true }, 'qemu'],
    [{ root: true, kvm: false }, 'nspawn'],
    [{ root: false, kvm: false }, 'qemu'],
  ] as const)('is by default, on a machine with %o, %s', (machine, kind) => {
    expect(chooseKind(machine)).toBe(kind);
  });

  it('is the wanted one', () => {
    expect(chooseKind({ root: true, kvm: true }, 'nspawn')).toBe('nspawn');
    expect(chooseKind({ root: true, kvm: false }, 'qemu')).toBe('qemu');
  });

  it('cannot be nspawn without root', () => {
    expect(() => chooseKind({ root: false, kvm: true }, 'nspawn')).toThrow('run as root');
  });
});
