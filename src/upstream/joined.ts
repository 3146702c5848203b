/**
 * A target that a connection is joined to.
 *
 * @module
 */
import { closeQuietly } from "../net/close_quietly.ts";
import type { TargetMemory } from "./target_memory.ts";

/** Bytes that went to a target, and came from it, before it was joined. */
export interface GreetedBytes {
  readonly up: number;
  readonly down: number;
}

/** What {@linkcode Joined} is made of. */
export interface JoinedOptions {
  /** The target, as the config spells it. */
  readonly target: string;
  /** The dials that failed before, in words; empty: none. */
  readonly failures: string;
  /** The bytes that its greeting took. */
  readonly before: GreetedBytes;
  /** Where the connection is counted. */
  readonly memory: TargetMemory;
  readonly slot: number;
}

/**
 * A target that was joined, to be disposed of in the end: all that is left of a
 * dial while bytes are forwarded.
 */
export class Joined implements Disposable {
  /** The target, as the config spells it. */
  readonly target: string;
  /** The dials that failed before, in words; empty: none. */
  readonly failures: string;
  /** The bytes that its greeting took. */
  readonly before: GreetedBytes;
  readonly #slot: number;
  /** `null`: it is counted no more. */
  #memory: TargetMemory | null;
  /** `null`: somebody else closes it. */
  #conn: Deno.Conn | null;
  #way: Disposable | null = null;

  /** Made by `Connecting`, which has counted it. */
  constructor(
    conn: Deno.Conn,
    { target, failures, before, memory, slot }: JoinedOptions,
  ) {
    this.target = target;
    this.failures = failures;
    this.before = before;
    this.#conn = conn;
    this.#memory = memory;
    this.#slot = slot;
  }

  /**
   * The connection, for who closes it from now on. To be called once.
   *
   * @param way What is disposed of with it: where it is noted.
   */
  handOver(way: Disposable): Deno.Conn {
    const conn = this.#conn!;
    this.#conn = null;
    this.#way = way;
    return conn;
  }

  /**
   * Counts the connection no more, and closes it, if it is open and was not
   * handed over. Idempotent.
   */
  [Symbol.dispose](): void {
    if (this.#conn !== null) closeQuietly(this.#conn);
    this.#memory?.count(this.#slot, -1);
    this.#memory = null;
    this.#way?.[Symbol.dispose]();
  }
}
