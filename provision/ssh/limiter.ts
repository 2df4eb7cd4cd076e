/** Lets at most `limit` pieces of work run at once; the others wait in the order in which they came. */
export class Limiter {
  #limit: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#limit) this.#taken += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  /** The peer refused one of those that are taken: it takes one fewer than we thought. Never less than one. */
  refused(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#taken) - 1);
  }

  /** A freed place goes straight to the one who waits longest, unless the limit was lowered meanwhile. */
  #release(): void {
    const next = this.#taken <= this.#limit ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#taken -= 1;
  }
}
