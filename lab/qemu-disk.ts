import { LabError } from './errors.ts';

export const qemuNetworkdFile = '';
export const qemuResolver = '';
export async function freePort(): Promise<number> {
  return 0;
}
export async function createQemuDisk(_folder: string, _root: string, _bytes: number): Promise<void> {
  throw new LabError('LAB_MACHINE', 'qemu: not yet');
}
