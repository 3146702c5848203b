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

/** Where a connection is counted. */
interface Counted {
  readonly memory: TargetMemory;
  readonly slot: number;
}

/** A target that was joined, to be disposed of in the end. */
export class Joined implements Disposable {
  /** The connection to the target. */
  readonly conn: Deno.Conn;
  /** The bytes that its greeting took. */
  readonly before: GreetedBytes;
  readonly #slot: number;
  /** `null`: it is counted no more. */
  #memory: TargetMemory | null;
  #handedOver = false;

  /** Made by `Connecting`, which has counted it. */
  constructor(
    conn: Deno.Conn,
    before: GreetedBytes,
    { memory, slot }: Counted,
  ) {
    this.conn = conn;
    this.before = before;
    this.#memory = memory;
    this.#slot = slot;
  }

  /** The connection, for who closes it from now on. */
  handOver(): Deno.Conn {
    this.#handedOver = true;
    return this.conn;
  }

  /**
   * Counts the connection no more, and closes it, if it is open and was not
   * handed over. Idempotent.
   */
  [Symbol.dispose](): void {
    if (!this.#handedOver) closeQuietly(this.conn);
    this.#memory?.count(this.#slot, -1);
    this.#memory = null;
  }
}
