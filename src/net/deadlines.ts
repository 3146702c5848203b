/**
 * Deadlines of many connections behind one coarse timer.
 *
 * A timer of the runtime for each connection, set and cleared within
 * milliseconds, costs more than the connection's bytes. Here to set and to
 * cancel are a few assignments; the price is that a deadline passes a few ticks
 * late.
 *
 * @module
 */

/** Length of a tick in milliseconds. */
export const TICK_MS = 50;
/** Slots of the wheel; a deadline further away goes round more than once. */
const SLOTS = 512;
/** Ticks that are made up for when the timer came late. */
const MOST_TICKS_AT_ONCE = 2;

/**
 * The current tick has begun already, and may be behind the clock by what is
 * made up for at once: how much sooner something may seem to have been.
 */
export const MARGIN_TICKS: number = 1 + (MOST_TICKS_AT_ONCE - 1);

/** A deadline that was set. */
export interface Deadline {
  /** Keeps it from passing. Idempotent. */
  cancel(): void;
}

/** Options of {@linkcode Deadlines}. */
export interface DeadlinesOptions {
  /**
   * Whether the timer runs on until the next tick when no deadline is set any
   * more, so that connections one after the other do not each start one anew;
   * {@linkcode Deadlines.end} then has to be called. Default: `false`.
   */
  readonly lingers?: boolean;
}

/** A wheel of deadlines. Its timer runs only while a deadline is set. */
export class Deadlines {
  readonly #lingers: boolean;
  readonly #slots: (Entry | null)[] = new Array(SLOTS).fill(null);
  #tick = 0;
  #count = 0;
  #started = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Makes a wheel that stands still. */
  constructor({ lingers = false }: DeadlinesOptions = {}) {
    this.#lingers = lingers;
  }

  /** Deadlines that are set. */
  get count(): number {
    return this.#count;
  }

  /**
   * The number of the current tick: a clock that costs nothing to read. It
   * stands still while no deadline is set.
   */
  get tick(): number {
    return this.#tick;
  }

  /**
   * Calls back once, no sooner than after so many milliseconds and no more than
   * three ticks later (if the thread is not busy). The callback must not throw.
   */
  set(afterMs: number, onPassed: () => void): Deadline {
    if (this.#timer === undefined) this.#start();
    const ticks = Math.ceil(afterMs / TICK_MS) + MARGIN_TICKS;
    const entry = new Entry(this.#tick + ticks, onPassed, this.#removed);
    this.#link(entry);
    this.#count++;
    return entry;
  }

  readonly #removed = (entry: Entry): void => {
    this.#unlink(entry);
    if (--this.#count === 0 && !this.#lingers) this.end();
  };

  /** Stops the timer. With deadlines that are set it must not be called. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#started = performance.now() - this.#tick * TICK_MS;
    this.#timer = setInterval(() => this.#advance(), TICK_MS);
  }

  /** Goes on to the tick that it is now. */
  #advance(): void {
    const now = performance.now();
    // What a stalled thread did not hear is not held against anybody.
    const behind = Math.floor((now - this.#started) / TICK_MS) - this.#tick;
    const stalled = Math.max(0, behind - MOST_TICKS_AT_ONCE);
    this.#started += stalled * TICK_MS;
    for (let left = behind - stalled; left > 0 && this.#count > 0; left--) {
      this.#tick++;
      this.#pass(this.#tick);
    }
    if (this.#count === 0) this.end();
  }

  #pass(tick: number): void {
    let entry: Entry | null = this.#slots[tick % SLOTS]!;
    const passed: Entry[] = [];
    for (; entry !== null; entry = entry.next) {
      if (entry.at <= tick) passed.push(entry);
    }
    // A callback may cancel another one of them.
    for (const each of passed) each.pass();
  }

  #link(entry: Entry): void {
    const slot = entry.at % SLOTS;
    const first = this.#slots[slot]!;
    entry.next = first;
    if (first !== null) first.previous = entry;
    this.#slots[slot] = entry;
  }

  #unlink(entry: Entry): void {
    const { next, previous } = entry;
    if (next !== null) next.previous = previous;
    if (previous !== null) previous.next = next;
    else this.#slots[entry.at % SLOTS] = next;
    // What is old and dead must not keep alive what is young.
    entry.next = entry.previous = null;
  }
}

/** A link in the list of a slot. */
class Entry implements Deadline {
  next: Entry | null = null;
  previous: Entry | null = null;
  readonly at: number;
  readonly #onPassed: () => void;
  #remove: ((entry: Entry) => void) | null;

  constructor(
    at: number,
    onPassed: () => void,
    remove: (entry: Entry) => void,
  ) {
    this.at = at;
    this.#onPassed = onPassed;
    this.#remove = remove;
  }

  cancel(): void {
    const remove = this.#remove;
    this.#remove = null;
    remove?.(this);
  }

  pass(): void {
    if (this.#remove === null) return;
    this.cancel();
    this.#onPassed();
  }
}
