import { expect } from 'vitest';
import type { Host } from '../../../provision/ssh/host.ts';
import { behindNetem, setFault, startNetem, stopNetem } from '../../support/netem.ts';
import { measureTargets } from './context.ts';

/** A path of 20 ms and one that loses packets get the right verdicts, on a host whose kernel has netem. */
export async function expectFaultsToBeSeen(host: Host): Promise<void> {
  const far = { name: 'far', protocol: 'tcp', port: behindNetem.port };
  await host.run(startNetem({ delay_ms: 20 }));
  try {
    for (const address of [behindNetem.ipv4, behindNetem.ipv6]) {
      const slow = await measureTargets(host, [{ ...far, host: address }]);
      expect(slow.data.roundTrips[0]?.min_ms).toBeGreaterThanOrEqual(20);
      expect(slow.verdicts[0]).toMatchObject({ level: 'bad', words: expect.stringContaining('over the line of 3 ms') });
      expect(slow.verdicts[1]?.level).toBe('good');
    }
    // The full form: of 8 samples, too often none or one would be lost by chance, of 25 once in 700 runs.
    await host.run(setFault({ loss: 0.3 }));
    const lossy = await measureTargets(host, [{ ...far, host: behindNetem.ipv4 }], false);
    expect(lossy.verdicts[1]).toMatchObject({
      level: 'bad',
      words: expect.stringContaining('packets to far were lost'),
    });
  } finally {
    await host.run(stopNetem);
  }
}
