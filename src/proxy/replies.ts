/**
 * The replies that a client is given in its target's stead, while it is not
 * known yet which target that is.
 *
 * @module
 */
import type { Reply } from "../detect/detector.ts";
import type { ByteSink } from "../net/pipe.ts";
import { writeAll } from "../net/write_all.ts";

/** A reply that was given. */
export interface GivenReply {
  /** Bytes that the client had sent by then. */
  readonly length: number;
  readonly reply: Reply;
}

/** Replies to one client, and remembers what it was told. */
export class Replies {
  readonly #client: Pick<ByteSink, "write">;
  readonly #given: GivenReply[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(client: Pick<ByteSink, "write">) {
    this.#client = client;
  }

  /** The replies that were given, in order. */
  get given(): readonly GivenReply[] {
    return this.#given;
  }

  /**
   * Gives a reply, once a length. It is left out when the client has not heard
   * the reply before it: it did not wait then, and must not be misled. A client
   * that cannot be written to is noticed by who reads from it.
   *
   * @param length Bytes that the client has sent, and nothing behind them.
   */
  give(length: number, reply: Reply): void {
    const last = this.#given.at(-1)?.length ?? 0;
    if (length <= last || reply.after !== last) return;
    this.#given.push({ length, reply });
    this.#writing = this.#writing
      .then(() => writeAll(this.#client, reply.bytes))
      .catch(() => {});
  }

  /** Resolves when all that was given is written, or cannot be. */
  settled(): Promise<void> {
    return this.#writing;
  }
}
