/**
 * Connections and arrivals by client, in memory that all data planes share.
 *
 * A table of fixed size, divided into sets. A keyed hash gives a client its set
 * and its tag; the client's entry is the one in that set that has the tag. An
 * entry is one word for tag and number of open connections, changed by compare
 * and exchange, and one for arrivals. An entry without connections or recent
 * arrivals goes to the next client that needs one. Where all entries of a set
 * are in use by others, a new client shares one of them: its limits are then
 * kept too strictly, which is the safe side.
 *
 * @module
 */
import { letGo } from "./shared_count.ts";

/** Entries of a set; a power of two. */
const WAYS = 16;
/** How many sets there are when nobody says; a power of two. */
const DEFAULT_SETS = 8192;
/** The low bits of an entry's first word count connections. */
const COUNT_BITS = 20n;
const COUNT_MASK = (1n << COUNT_BITS) - 1n;
/** Words in front of the entries: the hash's key. */
const HEADER_WORDS = 1;
const ENTRY_WORDS = 2;
/** Arrivals are counted over a second. */
const WINDOW_US = 1_000_000n;

/** Where a client belongs. */
export interface ClientKey {
  /** Chooses the set: 32 bits. */
  readonly set: number;
  /** Tells clients of one set apart: 32 bits. */
  readonly tag: number;
}

/** An entry to count in, as it was when it was looked at. */
interface Spot {
  readonly slot: number;
  readonly word: bigint;
  /** Connections that count against the client. */
  readonly count: bigint;
  /** The entry is nobody's, and is to get the client's tag. */
  readonly fresh: boolean;
}

/**
 * Memory for a table: 32 bytes of it for each client that it keeps apart.
 *
 * @param sets How many sets of 16 clients; a power of two. Default: 8192, which
 * is 2 MiB; the system gives the pages as they are used.
 */
export function clientMemory(sets = DEFAULT_SETS): SharedArrayBuffer {
  const words = HEADER_WORDS + sets * WAYS * ENTRY_WORDS;
  const memory = new SharedArrayBuffer(words * 8);
  const key = crypto.getRandomValues(new Uint32Array(2));
  new Uint32Array(memory).set(key);
  return memory;
}

/** How many entries the memory of a table has. */
export function slotsIn(memory: SharedArrayBuffer): number {
  return (memory.byteLength / 8 - HEADER_WORDS) / ENTRY_WORDS;
}

/** The table, as one data plane uses it. */
export class ClientTable {
  /** The key of the hash that clients' places come from. */
  readonly hashKey: readonly [number, number];
  readonly #words: BigInt64Array;
  readonly #held: Int32Array;
  readonly #setMask: number;

  /**
   * @param memory From {@linkcode clientMemory}.
   * @param held How many connections this data plane has in each entry.
   */
  constructor(memory: SharedArrayBuffer, held: Int32Array) {
    const [low = 0, high = 0] = new Uint32Array(memory, 0, 2);
    this.hashKey = [low, high];
    this.#words = new BigInt64Array(memory);
    this.#held = held;
    this.#setMask = slotsIn(memory) / WAYS - 1;
  }

  /**
   * Counts a connection of a client.
   *
   * @param most Not if the client would have more than so many.
   * @param nowMs The time in milliseconds, the same in all threads.
   * @returns The entry that it is counted in, which stays the client's until
   * {@linkcode ClientTable.give}; `null` when there are too many.
   */
  take(key: ClientKey, most: number, nowMs: number): number | null {
    const tag = BigInt(key.tag) + 1n;
    const first = (key.set & this.#setMask) * WAYS;
    const limit = BigInt(Math.min(most, Number(COUNT_MASK)));
    for (;;) {
      const spot = this.#find(first, tag, microseconds(nowMs));
      if (spot.count >= limit) return null;
      const { slot, word } = spot;
      const next = spot.fresh ? tag << COUNT_BITS | 1n : word + 1n;
      const at = whoOf(slot);
      if (Atomics.compareExchange(this.#words, at, word, next) !== word) {
        continue;
      }
      Atomics.add(this.#held, slot, 1);
      if (!spot.fresh || !this.#isDouble(first, tag, slot)) return slot;
      // Another data plane met the same client at the same moment. Now that
      // there are two entries, both choose the first.
      this.give(slot);
    }
  }

  /** Gives back what {@linkcode ClientTable.take} counted. */
  give(slot: number): void {
    if (letGo(this.#held, slot)) Atomics.sub(this.#words, whoOf(slot), 1n);
  }

  /**
   * Counts an arrival: a bucket of as many tokens as there may be arrivals a
   * second, which fills at that rate. Kept as the time at which it would be full
   * again (the generic cell rate algorithm, ITU-T I.371).
   *
   * The clock is the system's, since it is the one that all threads share. It may
   * be set back: a time that lies too far ahead counts as full.
   *
   * @param slot From {@linkcode ClientTable.take}.
   * @param perSecond Most arrivals within a second.
   * @returns `false` when the bucket is empty; nothing is counted then.
   */
  arrive(slot: number, perSecond: number, nowMs: number): boolean {
    const now = microseconds(nowMs);
    const step = WINDOW_US / BigInt(perSecond);
    for (;;) {
      const full = Atomics.load(this.#words, whenOf(slot));
      const next = (isPast(full, now) ? now : full) + step;
      if (next > now + WINDOW_US) return false;
      const at = whenOf(slot);
      if (Atomics.compareExchange(this.#words, at, full, next) === full) {
        return true;
      }
    }
  }

  /** The client's entry, else one that is free, else one to share. */
  #find(first: number, tag: bigint, now: bigint): Spot {
    let own: Spot | null = null;
    let free: Spot | null = null;
    let count = 0n;
    for (let slot = first; slot < first + WAYS; slot++) {
      const word = Atomics.load(this.#words, whoOf(slot));
      if (word >> COUNT_BITS === tag) {
        count += word & COUNT_MASK;
        own ??= { slot, word, count, fresh: false };
      } else if (free === null && this.#isFree(slot, word, now)) {
        free = { slot, word, count: 0n, fresh: true };
      }
    }
    if (own !== null) return { ...own, count };
    return free ?? this.#shared(first + Number(tag % BigInt(WAYS)));
  }

  #shared(slot: number): Spot {
    const word = Atomics.load(this.#words, whoOf(slot));
    return { slot, word, count: word & COUNT_MASK, fresh: false };
  }

  #isFree(slot: number, word: bigint, now: bigint): boolean {
    return (word & COUNT_MASK) === 0n &&
      isPast(Atomics.load(this.#words, whenOf(slot)), now);
  }

  #isDouble(first: number, tag: bigint, own: number): boolean {
    for (let slot = first; slot < first + WAYS; slot++) {
      if (slot === own) continue;
      const word = Atomics.load(this.#words, whoOf(slot));
      if (word >> COUNT_BITS === tag) return true;
    }
    return false;
  }
}

/** Gives back all that a data plane held which is gone. */
export function reclaimClients(
  memory: SharedArrayBuffer,
  held: Int32Array,
): void {
  const words = new BigInt64Array(memory);
  for (let slot = 0; slot < held.length; slot++) {
    if (Atomics.load(held, slot) === 0) continue;
    const count = Atomics.exchange(held, slot, 0);
    Atomics.sub(words, whoOf(slot), BigInt(count));
  }
}

/** Whether a bucket is full: since that time, or because the clock went back. */
function isPast(full: bigint, now: bigint): boolean {
  return full <= now || full > now + 2n * WINDOW_US;
}

function microseconds(ms: number): bigint {
  return BigInt(Math.floor(ms * 1_000));
}

/** Place of the word for tag and number of connections. */
function whoOf(slot: number): number {
  return HEADER_WORDS + slot * ENTRY_WORDS;
}

/** Place of the word for arrivals. */
function whenOf(slot: number): number {
  return whoOf(slot) + 1;
}
