import { StringDecoder } from 'node:string_decoder';

export interface Limits {
  /** Bytes of standard output and standard error together that are kept for the ending. */
  readonly bytes: number;
  /** Characters of one line that is passed on. */
  readonly line: number;
}

/**
 * Limits the output of a host. The callback is called once when the output exceeds a limit, and nothing is kept after
 * that.
 */
export class Allowance {
  readonly #limits: Limits;
  readonly #exceeded: (what: string) => void;
  #left: number;
  #over = false;

  constructor(limits: Limits, exceeded: (what: string) => void) {
    this.#limits = limits;
    this.#exceeded = exceeded;
    this.#left = limits.bytes;
  }

  keeps(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0 || this.#refuse(`more than ${size(this.#limits.bytes)}`);
  }

  takesLine(characters: number): boolean {
    return characters <= this.#limits.line || this.#refuse(`a line of more than ${size(this.#limits.line)}`);
  }

  get over(): boolean {
    return this.#over;
  }

  #refuse(what: string): false {
    if (!this.#over) this.#exceeded(what);
    this.#over = true;
    return false;
  }
}

const size = (bytes: number): string =>
  bytes >= 2 ** 20
    ? `${Math.floor(bytes / 2 ** 20)} MiB`
    : bytes >= 1024
      ? `${Math.floor(bytes / 1024)} KiB`
      : `${bytes} bytes`;

/** Keeps bytes and splits them into lines. A character that is split over two packets comes out whole. */
export class Collector {
  readonly #chunks: Buffer[] = [];
  readonly #keep: boolean;
  readonly #allowance: Allowance;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(keep: boolean, allowance: Allowance, onLine?: (line: string) => void) {
    this.#keep = keep;
    this.#allowance = allowance;
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    if (this.#allowance.over) return;
    if (this.#keep && this.#allowance.keeps(chunk.length)) this.#chunks.push(chunk);
    if (this.#onLine) this.#cut(this.#onLine, this.#decoder.write(chunk));
  }

  end(): string {
    const rest = this.#rest + this.#decoder.end();
    if (rest !== '' && !this.#allowance.over) this.#onLine?.(rest);
    return this.text;
  }

  /** All the text that is kept. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #cut(onLine: (line: string) => void, text: string): void {
    const [first = '', ...others] = text.split('\n');
    // Only new text is searched. Otherwise an endless line in small pieces would be searched again with each piece.
    const lines = [this.#rest + first, ...others];
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (this.#allowance.takesLine(line.length)) onLine(line);
    this.#allowance.takesLine(this.#rest.length);
  }
}

/** Characters before the boundary that are kept to be shown. */
const noiseShown = 2_000;
/** Bytes before the boundary. No greeting is longer. */
const noiseBytes = 2 ** 20;
const headerBytes = 64;

/**
 * Passes on the output after the line that begins with the boundary, up to the next boundary. What a login shell prints
 * before and after it, of any length, does not belong to the script's output.
 */
export class Bounded {
  readonly #boundary: Buffer;
  readonly #inside: Collector;
  readonly #onBegin: (header: string) => void;
  readonly #onFlood: () => void;
  #phase: 'before' | 'inside' | 'after' = 'before';
  /** The end of the data so far, kept while it may be the beginning of a boundary. */
  #pending: Buffer = Buffer.alloc(0);
  #noise = '';
  #noiseLength = 0;

  constructor(boundary: string, inside: Collector, onBegin: (header: string) => void, onFlood: () => void) {
    this.#boundary = Buffer.from(boundary);
    this.#inside = inside;
    this.#onBegin = onBegin;
    this.#onFlood = onFlood;
  }

  get text(): string {
    return this.#inside.text;
  }

  /** The output before the boundary, shortened. */
  get noise(): string {
    return this.#noise;
  }

  add(chunk: Buffer): void {
    if (this.#phase === 'after') return;
    const data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    const at = data.indexOf(this.#boundary);
    if (at < 0) {
      const held = possibleBeginning(data, this.#boundary);
      this.#pass(data.subarray(0, data.length - held));
      this.#pending = data.subarray(data.length - held);
    } else if (this.#phase === 'inside') {
      this.#pass(data.subarray(0, at));
      this.#pending = Buffer.alloc(0);
      this.#phase = 'after';
    } else this.#begin(data, at);
  }

  end(): string {
    this.#pass(this.#pending);
    this.#pending = Buffer.alloc(0);
    return this.#inside.end();
  }

  #begin(data: Buffer, at: number): void {
    const rest = data.subarray(at + this.#boundary.length);
    const lineEnd = rest.subarray(0, headerBytes).indexOf('\n');
    if (lineEnd < 0 && rest.length < headerBytes) {
      this.#pass(data.subarray(0, at));
      this.#pending = data.subarray(at);
      return;
    }
    this.#pass(data.subarray(0, at));
    this.#pending = Buffer.alloc(0);
    this.#phase = 'inside';
    this.#onBegin(rest.toString('latin1', 0, Math.max(0, lineEnd)).trim());
    const output = rest.subarray(lineEnd + 1);
    if (output.length > 0) this.add(output);
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#phase === 'inside') this.#inside.add(bytes);
    if (this.#phase !== 'before') return;
    this.#noise = (this.#noise + bytes.toString('utf8', 0, noiseShown)).slice(0, noiseShown);
    this.#noiseLength += bytes.length;
    if (this.#noiseLength > noiseBytes) this.#onFlood();
  }
}

/** Returns how many bytes at the end may be the beginning of a boundary whose rest has not come yet. */
function possibleBeginning(data: Buffer, boundary: Buffer): number {
  for (let length = Math.min(boundary.length - 1, data.length); length > 0; length -= 1) {
    if (data.subarray(data.length - length).equals(boundary.subarray(0, length))) return length;
  }
  return 0;
}
