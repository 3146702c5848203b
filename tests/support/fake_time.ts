/**
 * Time that passes when a test says so: `performance.now` and intervals.
 */
export class FakeTime implements Disposable {
  #now = 0;
  #next = 1;
  readonly #intervals = new Map<
    number,
    { at: number; every: number; call: () => void }
  >();
  readonly #real = {
    now: performance.now,
    set: globalThis.setInterval,
    clear: globalThis.clearInterval,
  };

  constructor() {
    performance.now = () => this.#now;
    globalThis.setInterval = ((call: () => void, every: number) => {
      this.#intervals.set(this.#next, { at: this.#now + every, every, call });
      return this.#next++;
    }) as unknown as typeof setInterval;
    globalThis.clearInterval = ((id: number | undefined) => {
      if (id !== undefined) this.#intervals.delete(id);
    }) as unknown as typeof clearInterval;
  }

  /** Milliseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** Intervals that run. */
  get timers(): number {
    return this.#intervals.size;
  }

  /** Lets time pass, with every interval called when it is due. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#intervals.values()]
        .sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.at = this.#now + next.every;
      next.call();
    }
    this.#now = end;
  }

  /** Lets time pass in which nothing is called. */
  stall(ms: number): void {
    this.#now += ms;
  }

  [Symbol.dispose](): void {
    performance.now = this.#real.now;
    globalThis.setInterval = this.#real.set;
    globalThis.clearInterval = this.#real.clear;
  }
}
