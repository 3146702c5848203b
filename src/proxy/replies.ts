/**
 * The replies that a client is given in its target's stead, while it is not
 * known yet which target that is.
 *
 * @module
 */
import type { Reply, ReplyFilter } from "../detect/detector.ts";
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
  /** Of a reply that is given when the client stays quiet. */
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Pick<ByteSink, "write">) {
    this.#client = client;
  }

  /** The replies that were given, in order. */
  get given(): readonly GivenReply[] {
    return this.#given;
  }

  /**
   * Gives a reply, once a length, or when the client has been quiet for as long
   * as the reply wants. It is left out when the client has not heard the reply
   * before it: it did not wait then, and must not be misled. A client that cannot
   * be written to is noticed by who reads from it.
   *
   * @param length Bytes that the client has sent, and nothing behind them.
   */
  give(length: number, reply: Reply): void {
    this.notQuiet();
    const last = this.#given.at(-1)?.length ?? 0;
    if (length <= last || reply.after !== last) return;
    const { quietMs = 0 } = reply;
    if (quietMs === 0) return this.#write(length, reply);
    this.#quiet = setTimeout(() => this.#write(length, reply), quietMs);
  }

  /**
   * Leaves out the reply that waits for the client to be quiet: it has sent more,
   * or no more is wanted of it. To be called in the end.
   */
  notQuiet(): void {
    clearTimeout(this.#quiet);
  }

  /** Whether what was replied to goes to the target like all other bytes. */
  get passes(): boolean {
    return this.#given.at(-1)?.reply.filter !== undefined;
  }

  /** Makes what the client's bytes go through on their way, if anything. */
  filter(): ReplyFilter | undefined {
    return this.#given.at(-1)?.reply.filter?.();
  }

  #write(length: number, reply: Reply): void {
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
