import { StringDecoder } from 'node:string_decoder';
import { pidLine } from './script.ts';

/** Keeps bytes and cuts lines; a character that is split over two packets comes out whole. */
export class Collector {
  readonly #chunks: Buffer[] = [];
  readonly #keep: boolean;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(keep: boolean, onLine?: (line: string) => void) {
    this.#keep = keep;
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    if (this.#keep) this.#chunks.push(chunk);
    if (this.#onLine) this.#cut(this.#onLine, this.#decoder.write(chunk));
  }

  end(): string {
    const rest = this.#rest + this.#decoder.end();
    if (rest !== '') this.#onLine?.(rest);
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #cut(onLine: (line: string) => void, text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
}

/** Takes the first line of standard error, which is the shell's process id, out of what people see. */
export class PidFirst {
  pid: number | undefined;
  #head: Buffer | undefined = Buffer.alloc(0);
  readonly #rest: Collector;

  constructor(rest: Collector) {
    this.#rest = rest;
  }

  add(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#rest.add(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.includes('\n')) this.#settle(this.#head);
  }

  end(): string {
    if (this.#head) this.#settle(this.#head);
    return this.#rest.end();
  }

  #settle(head: Buffer): void {
    this.#head = undefined;
    const found = pidLine.exec(head.toString('latin1'));
    if (found) this.pid = Number(found[1]);
    const rest = head.subarray(found?.[0].length ?? 0);
    if (rest.length > 0) this.#rest.add(rest);
  }
}
