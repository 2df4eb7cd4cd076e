import { OperationError } from '../../../lib/errors.ts';
import { raw } from '../../../lib/shell.ts';
import type { MetricContext } from '../metric.ts';

/**
 * The first 800 kB open the connection's window. Then comes a second of silence, longer than the retransmission
 * timeout, after which the kernel may shrink the window. The time of the next 800 kB is the figure. 800 kB is far less
 * than SSH's own window.
 */
const command = raw(`line=$(printf '%099d' 0)
burst() { yes "$line" | head -n 8000; }
burst
sleep 1
echo start
burst
echo end`);

/**
 * Returns milliseconds by the operator's clock. They include the round trip between the two, which is what a shrunk
 * window costs.
 */
export async function burstAfterIdle({ host, keep }: MetricContext): Promise<number> {
  const times = new Map<string, number>();
  await host.run(command, {
    onLine: (line) => {
      if (line === 'start' || line === 'end') times.set(line, performance.now());
    },
  });
  const [start, end] = [times.get('start'), times.get('end')];
  if (start === undefined || end === undefined) {
    throw new OperationError('BENCH_BURST', `${host.name} did not send what was asked for`);
  }
  await keep(command.script, `${JSON.stringify({ burst_ms: end - start })}\n`);
  return end - start;
}
