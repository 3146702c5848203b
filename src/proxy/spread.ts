/**
 * How connections are spread over the data planes of a Plan.
 *
 * All of them wait for the same sockets, and who wakes first takes what is there:
 * of many connections that come together one data plane could get most.
 *
 * @module
 */

/** What data planes share of it. Can be sent to a worker. */
export interface SpreadMemory {
  /** Of {@linkcode spreadMemory}. */
  readonly memory: SharedArrayBuffer;
  /** Which of the data planes it is, from 0. */
  readonly row: number;
}

/** Of each data plane: its open connections, and how many it has accepted. */
const WORDS = 2;

/** A data plane that does not accept has so many open connections. */
const NOT_SERVING = -1;
/**
 * How many roots of its count one may have more than another one. Connections
 * that come and go all the time differ by a root or so by chance: to stand back
 * for that lets clients wait, and costs a timer each time.
 */
const MARGIN_ROOTS = 2;
/** How often one stands back while no other accepts anything. */
const PATIENCE = 8;

/** The memory of so many data planes, none of which accepts yet. */
export function spreadMemory(planes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(planes * WORDS * 4);
  new Int32Array(memory).fill(NOT_SERVING);
  return memory;
}

/** Says that a data plane is gone. */
export function leaveSpread({ memory, row }: SpreadMemory): void {
  Atomics.store(new Int32Array(memory), row * WORDS, NOT_SERVING);
}

/** The connections of a data plane beside those of the others. */
export class Spread {
  readonly #words: Int32Array;
  readonly #at: number;
  /** What the others had accepted when this one last stood back. */
  #seen = 0;
  /** How often it has stood back since then. */
  #stoodBack = 0;

  /** Takes part from now on. */
  constructor({ memory, row }: SpreadMemory) {
    this.#words = new Int32Array(memory);
    this.#at = row * WORDS;
    this.set(0);
  }

  /** Says how many connections are open. */
  set(open: number): void {
    Atomics.store(this.#words, this.#at, open);
  }

  /** Says that one more was accepted. */
  accepted(): void {
    Atomics.add(this.#words, this.#at + 1, 1);
  }

  /**
   * Whether another data plane has so many fewer connections that it should have
   * the next one. Only a few times when no other accepts one meanwhile: it may
   * be busy, and then nobody waits for it.
   */
  isAhead(): boolean {
    const own = Atomics.load(this.#words, this.#at);
    let least = own;
    let accepted = 0;
    for (let at = 0; at < this.#words.length; at += WORDS) {
      if (at === this.#at) continue;
      const open = Atomics.load(this.#words, at);
      if (open !== NOT_SERVING && open < least) least = open;
      accepted = (accepted + Atomics.load(this.#words, at + 1)) | 0;
    }
    if (own - least <= MARGIN_ROOTS * Math.sqrt(own)) return false;
    if (accepted !== this.#seen) this.#stoodBack = 0;
    this.#seen = accepted;
    return this.#stoodBack++ < PATIENCE;
  }

  /** Takes part no more, though connections may go on. */
  end(): void {
    this.set(NOT_SERVING);
  }
}
