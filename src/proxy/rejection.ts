/**
 * Doing what a REJECT says.
 *
 * @module
 */
import type { RejectWith } from "../config/plan.ts";
import { keepAlive } from "../net/dial.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { sayAndClose } from "../net/last_words.ts";
import type { PeekedSource } from "../net/peek.ts";
import { readAway } from "../net/read_away.ts";
import { answerTo, type Seen } from "./answers/answer.ts";

/** Rejects one connection, which it has closed when `run` resolves. */
export class Rejection {
  readonly #client: Deno.Conn;
  readonly #peeked: PeekedSource;
  #draining = false;
  #dropped = false;

  constructor(client: Deno.Conn, peeked: PeekedSource) {
    this.#client = client;
    this.#peeked = peeked;
  }

  /**
   * Rejects.
   *
   * @returns What was done: `tls_alert`, `http_status 421`, `drop`, and `close`
   * where the client has not spoken what it would be told in. Never rejects.
   */
  async run(how: RejectWith, seen: Seen): Promise<string> {
    if (how.kind === "drop") {
      await this.#drop(how.idleTimeoutMs);
      return how.kind;
    }
    // What is for datagrams alone no config has here.
    const answer = how.kind === "refused" ? null : answerTo(how, seen);
    if (answer === null) return "close";
    await sayAndClose(this.#client, answer.bytes, this.#peeked);
    return answer.text;
  }

  /** The server ends: who is only held is let go. */
  drain(): void {
    this.#draining = true;
    if (this.#dropped) closeQuietly(this.#client);
  }

  /** Says nothing and reads everything, so that nothing piles up. */
  async #drop(idleTimeoutMs: number): Promise<void> {
    if (this.#draining) return;
    this.#dropped = true;
    keepAlive(this.#client);
    await readAway(this.#client, {
      peeked: this.#peeked,
      limitMs: idleTimeoutMs,
      since: "last_byte",
      onTimeout: () => closeQuietly(this.#client),
    });
  }
}
