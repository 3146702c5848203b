/**
 * Noticing that a peer has reset its connection while nothing is read from it.
 *
 * @module
 */
import type { Deadline, Deadlines } from "./deadlines.ts";
import type { ByteSink } from "./pipe.ts";

/** How often a {@linkcode ResetWatch} asks, in milliseconds. */
const EVERY_MS = 500;

const NOTHING = new Uint8Array();

/**
 * Writes nothing. The runtime makes a system call of that all the same, which
 * fails when the peer has reset the connection or, at a Unix socket, closed it.
 * It costs no packet. A peer that has closed a TCP connection in order looks
 * like one that has ended its side and waits for an answer.
 *
 * Not while a write is pending, which finds out by itself, nor after
 * `closeWrite`, which fails it.
 */
export async function probe(conn: Pick<ByteSink, "write">): Promise<void> {
  await conn.write(NOTHING);
}

/** Asks twice a second, until it is cancelled or the peer has gone. */
export class ResetWatch {
  readonly #conn: Pick<ByteSink, "write">;
  readonly #deadlines: Deadlines;
  readonly #onReset: () => void;
  #next: Deadline | null;

  /** @param onReset Hears once that the peer has gone. Must not throw. */
  constructor(
    conn: Pick<ByteSink, "write">,
    deadlines: Deadlines,
    onReset: () => void,
  ) {
    this.#conn = conn;
    this.#deadlines = deadlines;
    this.#onReset = onReset;
    this.#next = deadlines.set(EVERY_MS, () => this.#ask());
  }

  /** Asks no more. Idempotent. */
  cancel(): void {
    this.#next?.cancel();
    this.#next = null;
  }

  #ask(): void {
    this.#next = this.#deadlines.set(EVERY_MS, () => this.#ask());
    probe(this.#conn).catch(() => {
      if (this.#next === null) return;
      this.cancel();
      this.#onReset();
    });
  }
}
