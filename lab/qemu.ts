import { LabError } from './errors.ts';
import type { ProcessId } from './process.ts';
import type { HostState } from './state.ts';

export async function startQemu(_state: HostState, _folder: string, _kvm: boolean): Promise<ProcessId> {
  throw new LabError('LAB_MACHINE', 'qemu: not yet');
}
export async function stopQemu(_folder: string, _process: ProcessId, _timeoutMs: number): Promise<void> {}
