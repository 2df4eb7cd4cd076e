import { main } from '../../cli/main.ts';

/**
 * A program of the tests. It runs command lines one after the other in one process, as `./jernverk` runs one, and
 * reports what each printed. Starting Node for each would take most of the time. An uncaught error still ends the
 * program.
 */
const lines: readonly (readonly string[])[] = JSON.parse(process.argv[2] ?? '[]');
process.setMaxListeners(0);

const captured = (stream: NodeJS.WriteStream): (() => string) => {
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return () => {
    const all = text;
    text = '';
    return all;
  };
};
const stdout = captured(process.stdout);
const stderr = captured(process.stderr);

/** Resolves when the message is on its way, because `disconnect` would drop messages that still wait. */
const tell = (message: object): Promise<void> => new Promise((resolve) => process.send?.(message, () => resolve()));

for (const argv of lines) {
  const started = performance.now();
  await tell({ begins: argv.join(' ') });
  const exitCode = await main(argv);
  const seconds = (performance.now() - started) / 1000;
  await tell({
    argv,
    exitCode,
    seconds,
    stdout: stdout(),
    stderr: stderr(),
    maxRss: process.resourceUsage().maxRSS,
  });
}
process.disconnect?.();
