/** Runs at most `limit` tasks at once. The others wait in the order in which they came. */
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

  /**
   * Lowers the limit after the peer refused one of the running tasks: it takes one fewer than assumed. Never below one.
   */
  refused(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#taken) - 1);
  }

  /** Gives a freed place to the task that has waited longest, unless the limit was lowered meanwhile. */
  #release(): void {
    const next = this.#taken <= this.#limit ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#taken -= 1;
  }
}
