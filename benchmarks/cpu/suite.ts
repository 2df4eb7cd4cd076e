import { setTimeout as pause } from 'node:timers/promises';
import { OperationError } from '../../lib/errors.ts';
import type { RunContext, Suite } from '../suite.ts';
import { gapCommand, parseGaps, parseProcessors, processorsCommand } from './gaps.ts';
import type { CpuData } from './result.ts';

/**
 * Whether others use the processors: what the host does while this run puts no load on it, and gaps in a busy loop's
 * time.
 */
export const cpu: Suite<CpuData> = {
  name: 'cpu',
  seconds: (quick) => idleSeconds(quick) + probeSeconds(quick) + 2,
  measure,
};

const idleSeconds = (quick: boolean): number => (quick ? 4 : 30);
const probeSeconds = (quick: boolean): number => (quick ? 4 : 30);

async function* measure(context: RunContext): AsyncGenerator<CpuData, void> {
  const { host, quick, keep, timed, watched } = context;
  const processors = parseProcessors(await host.capture(processorsCommand));
  await timed('cpu/idle', idleSeconds(quick), () => pause(idleSeconds(quick) * 1000));
  yield { gapProbes: [], samples: watched() };
  const command = gapCommand(processors, probeSeconds(quick));
  const text = await timed('cpu/gaps', probeSeconds(quick), () => host.capture(command));
  await keep('cpu/gaps', command.script, text);
  const gapProbes = parseGaps(text);
  if (gapProbes.length !== processors.length) {
    throw new OperationError(
      'CPU_GAPS',
      `${gapProbes.length} of ${processors.length} gap probes gave a result: ${text}`,
    );
  }
  yield { gapProbes, samples: watched() };
}
