/**
 * What all data planes of a generation know of its targets, in memory that they
 * share: no message is sent for a connection.
 *
 * The layout, from the start:
 *
 * - a time (`BigInt64`) for each slot;
 * - a ticket (`Int32`) for each upstream, so that all planes take turns;
 * - {@linkcode HealthWord}s (`Int32`) for each slot;
 * - open connections for each row and slot: every plane has a row of its own,
 *   since those of one that crashes must go with it. Each count carries the
 *   incarnation of the row, so that a worker which is about to end cannot change
 *   what its successor counts.
 *
 * @module
 */
import type { TargetTable } from "./target_table.ts";

/** What a data plane gets. Plain data, for `postMessage`. */
export interface TargetShare {
  /** As laid out above. */
  readonly memory: SharedArrayBuffer;
  /** Rows that the memory has. */
  readonly rows: number;
  /** The row of this plane. The one with row 0 checks the targets' health. */
  readonly row: number;
  /** How many planes had the row before, modulo 256. */
  readonly incarnation: number;
}

/** Places of what is known of a slot. */
export const HealthWord = {
  /** Bits: why the target is down; 0: it is up. */
  down: 0,
  /** Dials that failed in a row. */
  failures: 1,
  /** Dials that went well in a row, while ejected. */
  successes: 2,
  /** Ejections since the target was last well for long. */
  ejections: 3,
  /** Checks in a row that passed, or with a minus that failed; 0: none yet. */
  streak: 4,
  /** How the last dial failed: see `last_dial.ts`; 0: it did not. */
  lastDial: 5,
  /** Checks in a row that passed, and since the last ejection. */
  passed: 6,
} as const;
/** A place of what is known of a slot. */
export type HealthWord = typeof HealthWord[keyof typeof HealthWord];

const HEALTH_WORDS = 7;
/** The count has 24 bits, the incarnation those above. */
const COUNT_BITS = 24;
const COUNT_MASK = 2 ** COUNT_BITS - 1;

type Counted = Pick<TargetTable, "slots" | "upstreams">;

/** A data plane's view of the memory. */
export class TargetMemory {
  readonly #row: number;
  readonly #incarnation: number;
  readonly #rows: number;
  readonly #slots: number;
  readonly #times: BigInt64Array;
  readonly #tickets: Int32Array;
  readonly #health: Int32Array;
  readonly #counts: Int32Array;

  /** @param table Of the Plan that the memory was made for. */
  constructor({ slots, upstreams }: Counted, share: TargetShare) {
    const { memory, rows, row, incarnation } = share;
    this.#rows = rows;
    this.#row = row;
    this.#incarnation = incarnation;
    this.#slots = slots.length;
    let at = 0;
    const words = (length: number) => {
      const view = new Int32Array(memory, at, length);
      at += view.byteLength;
      return view;
    };
    this.#times = new BigInt64Array(memory, 0, slots.length);
    at += this.#times.byteLength;
    this.#tickets = words(upstreams.length);
    this.#health = words(slots.length * HEALTH_WORDS);
    this.#counts = words(slots.length * rows);
  }

  /** The next ticket of an upstream: 0, 1, 2, ... up to 2^32 - 1, then 0. */
  ticket(upstream: number): number {
    return Atomics.add(this.#tickets, upstream, 1) >>> 0;
  }

  /** Where a word of a slot is, for `Atomics`. */
  word(slot: number, word: HealthWord): [Int32Array, number] {
    return [this.#health, slot * HEALTH_WORDS + word];
  }

  /** Where the time of a slot is, for `Atomics`. */
  time(slot: number): [BigInt64Array, number] {
    return [this.#times, slot];
  }

  /** Open connections to a target, of all planes; those being dialled too. */
  connections(slot: number): number {
    let sum = 0;
    for (let row = 0; row < this.#rows; row++) {
      sum += Atomics.load(this.#counts, row * this.#slots + slot) & COUNT_MASK;
    }
    return sum;
  }

  /** Counts a connection of this plane that begins (1) or ends (-1). */
  count(slot: number, change: 1 | -1): void {
    const at = this.#row * this.#slots + slot;
    for (let old = Atomics.load(this.#counts, at);;) {
      if (old >>> COUNT_BITS !== this.#incarnation) return;
      const seen = Atomics.compareExchange(this.#counts, at, old, old + change);
      if (seen === old) return;
      old = seen;
    }
  }

  /** Begins the row anew, with no connections. For the control plane. */
  resetRow(): void {
    const start = this.#row * this.#slots;
    for (let slot = 0; slot < this.#slots; slot++) {
      Atomics.store(
        this.#counts,
        start + slot,
        this.#incarnation << COUNT_BITS,
      );
    }
  }

  /** Forgets what is known of a target's health: it is up. */
  forgetHealth(slot: number): void {
    for (const word of Object.values(HealthWord)) {
      Atomics.store(...this.word(slot, word), 0);
    }
    Atomics.store(...this.time(slot), 0n);
  }

  /** Takes over what other memory knows of a target's health. */
  copyHealth(slot: number, from: TargetMemory, fromSlot: number): void {
    for (const word of Object.values(HealthWord)) {
      Atomics.store(
        ...this.word(slot, word),
        Atomics.load(...from.word(fromSlot, word)),
      );
    }
    Atomics.store(...this.time(slot), Atomics.load(...from.time(fromSlot)));
  }
}

/** How much memory the planes of a Plan share, in bytes. */
export function targetMemoryBytes(
  { slots, upstreams }: Counted,
  rows: number,
): number {
  const words = upstreams.length + slots.length * (HEALTH_WORDS + rows);
  return slots.length * BigInt64Array.BYTES_PER_ELEMENT +
    words * Int32Array.BYTES_PER_ELEMENT;
}
