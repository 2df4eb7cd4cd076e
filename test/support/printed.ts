import { type MockInstance, vi } from 'vitest';

/** Takes what the program prints on standard output, one call at a time, until the mock is restored. */
export const onPrinted = (take: (text: string) => unknown): MockInstance =>
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    take(String(chunk).replace(/\n$/, ''));
    return true;
  });
