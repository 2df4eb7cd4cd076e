import { setTimeout as pause } from 'node:timers/promises';
import { OperationError } from '../../provision/errors.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { gapCommand, parseGaps, parseProcessors, processorsCommand } from './gaps.ts';
import type { CpuData } from './result.ts';
import { startWatch, watchCommand } from './watch.ts';

/** Whether the processors are ours: what the host does while nothing of ours runs, and holes in a busy loop's time. */
export const cpu: Suite<CpuData> = {
  name: 'cpu',
  seconds: (quick) => idleSeconds(quick) + probeSeconds(quick) + 2,
  measure,
};

const idleSeconds = (quick: boolean): number => (quick ? 4 : 30);
const probeSeconds = (quick: boolean): number => (quick ? 4 : 30);

async function* measure(context: SuiteContext): AsyncGenerator<CpuData, void> {
  const { host, quick, keep, timed } = context;
  const processors = parseProcessors(await host.capture(processorsCommand));
  const watch = startWatch(host);
  try {
    await timed('cpu/idle', idleSeconds(quick), () => pause(idleSeconds(quick) * 1000));
    yield { gapProbes: [], samples: watch.samples() };
    const command = gapCommand(processors, probeSeconds(quick));
    const text = await timed('cpu/gaps', probeSeconds(quick), () => host.capture(command));
    await keep('cpu/gaps', command.script, text);
    const gapProbes = parseGaps(text);
    if (gapProbes.length !== processors.length) {
      throw new OperationError('CPU_GAPS', `of ${processors.length} gap probes ${gapProbes.length} answered: ${text}`);
    }
    await keep('cpu/watch', watchCommand.script, watch.printed());
    yield { gapProbes, samples: watch.samples() };
  } finally {
    await watch.stop();
  }
}
