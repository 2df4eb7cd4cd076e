export type Level = 'info' | 'warning' | 'error';
export type Fields = Readonly<Record<string, string | number | null>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

/**
 * Milliseconds that a line of level info may wait, so that jobs of a millisecond do not each wake Docker and the
 * journal.
 */
const longestWaitMs = 100;

/**
 * Writes one JSON object per line to standard output, each with the time and the given fields. A line of another level
 * than info is written at once, together with all waiting lines. The rest is written when the process exits.
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
