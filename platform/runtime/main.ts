import { messageOf } from './failure.ts';
import { startHandlerThread } from './handler-thread.ts';
import { openLog } from './log.ts';
import { readSlotSettings } from './settings.ts';
import { runSlot } from './slot.ts';
import { openStatusFile } from './status-file.ts';

/**
 * The program of every slot, `/app/main.mjs SETTINGS SLOT`. The worker's own code is in the same folder and runs in a
 * thread.
 */
async function main([file, slot]: readonly string[]): Promise<void> {
  if (file === undefined || slot === undefined) throw new Error('usage: main.mjs SETTINGS SLOT');
  const settings = readSlotSettings(file);
  const { worker, release } = settings;
  const log = openLog({ worker, slot });
  const status = openStatusFile(settings.statusFile, { worker, slot, release }, log);
  const stop = new AbortController();

  const leave = (reason: string) => {
    log('error', reason, { job: status.current.job });
    status.update({ state: 'stopped' });
    status.close();
    process.exit(1);
  };
  const onSignal = (signal: string) => {
    if (stop.signal.aborted)
      return leave('second stop signal: leaving without the ack, the job will be delivered again');
    log('info', `draining after ${signal}`, { job: status.current.job });
    status.update({ state: 'draining' });
    stop.abort();
    setTimeout(() => leave('drain time is over: the job will be delivered again'), settings.drainSeconds * 1000);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);

  const handler = await startHandlerThread({
    program: new URL('./worker.mjs', import.meta.url),
    worker,
    data: { files: settings.files, filesFreeLimit: settings.filesFreeLimit },
    onLog: (level, message) => log(level, message, { job: status.current.job }),
  });
  await runSlot({ settings, handler, status, log, stop: stop.signal });
  status.update({ state: 'stopped' });
  status.close();
  log('info', 'stopped');
  process.exit(0);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  openLog({})('error', messageOf(error));
  process.exit(1);
}
