export type Level = 'info' | 'warning' | 'error';
export type Fields = Readonly<Record<string, string | number | null>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

/** One JSON object a line on standard output, each with the time and the given fields. */
export function openLog(always: Fields): Log {
  return (level, message, fields = {}) => {
    const entry = { time: new Date().toISOString(), level, message, ...always, ...fields };
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  };
}
