/**
 * Looking at connections whose bytes may have stopped to flow.
 *
 * @module
 */
import type { Deadline, Deadlines } from "./deadlines.ts";

/** How often each connection is looked at, in milliseconds. */
const EVERY_MS = 250;

/** A connection that is looked at. */
export interface Stallable {
  /** Its place in the list; for {@linkcode Stalls} alone. */
  stallsAt: number;
  /** Looks whether something is wrong. Must not throw. */
  look(): void;
}

/**
 * The connections of a thread that have lasted for a while, each looked at four
 * times a second. One list and one deadline: for each of thousands of idle
 * connections that is a comparison or two.
 */
export class Stalls {
  readonly #deadlines: Deadlines;
  readonly #all: Stallable[] = [];
  #next: Deadline | null = null;

  /** Nothing is looked at yet. */
  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /** Looks at a connection from now on. */
  add(one: Stallable): void {
    one.stallsAt = this.#all.push(one) - 1;
    this.#next ??= this.#deadlines.set(EVERY_MS, () => this.#lookAtAll());
  }

  /** Looks at it no more. To be called once for each that was added. */
  remove({ stallsAt }: Stallable): void {
    const last = this.#all.pop()!;
    if (stallsAt < this.#all.length) {
      this.#all[stallsAt] = last;
      last.stallsAt = stallsAt;
    }
    if (this.#all.length > 0) return;
    this.#next?.cancel();
    this.#next = null;
  }

  #lookAtAll(): void {
    this.#next = this.#deadlines.set(EVERY_MS, () => this.#lookAtAll());
    // From the end: one that is removed is replaced by one that was looked at.
    for (let at = this.#all.length - 1; at >= 0; at--) this.#all[at]?.look();
  }
}
