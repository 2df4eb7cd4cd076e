export type Level = 'info' | 'warning' | 'error';
export type Fields = Readonly<Record<string, string | number | null>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

/** Information may wait this long, so that jobs of a millisecond do not pay for waking Docker and the journal each. */
const longestWaitMs = 100;

/**
 * One JSON object a line on standard output, each with the time and the given fields. What is no information goes out
 * at once, with all that waited before it; so does the rest when the process exits.
 */
export function openLog(always: Fields): Log {
  let waiting = '';
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting !== '') process.stdout.write(waiting);
    waiting = '';
  };
  process.on('exit', flush);
  return (level, message, fields = {}) => {
    const entry = { time: new Date().toISOString(), level, message, ...always, ...fields };
    waiting += `${JSON.stringify(entry)}\n`;
    if (level !== 'info') flush();
    else timer ??= setTimeout(flush, longestWaitMs);
  };
}
