/**
 * The accept loop.
 *
 * @module
 */
import { errorCode } from "../errors.ts";

/** First and longest pause after a failed accept, in milliseconds. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Codes of a client that was gone before it was accepted. It has left the queue,
 * so the next one need not wait: a pause here would let anybody who connects and
 * resets hold up everybody else.
 */
const CLIENT_GONE = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "ENOTCONN",
  "EPROTO",
]);
/** So many of them in a row, and there is a short pause all the same. */
const GONE_IN_A_ROW = 64;

/** The part of a listener that is used here. */
export type Listening = Pick<Deno.Listener, "accept" | "close">;

/** Who hears of the loop. */
export interface AcceptHandlers {
  /** Takes a connection, and owns it from then on. Must not throw. */
  onConn(conn: Deno.Conn): void;
  /**
   * An accept failed and is tried again after a pause.
   *
   * @param pauseMs The pause in milliseconds.
   */
  onError(error: unknown, pauseMs: number): void;
}

/**
 * Accepts until stopped. An accept that fails (`EMFILE`, ...) is tried again
 * after a pause that doubles up to a second, so that the loop neither spins nor
 * dies; the connections wait in the backlog.
 *
 * `for await (const conn of listener)` would end at the first such error.
 */
export class AcceptLoop {
  readonly #listener: Listening;
  readonly #handlers: AcceptHandlers;
  #stopped = false;
  #wake: (() => void) | null = null;

  constructor(listener: Listening, handlers: AcceptHandlers) {
    this.#listener = listener;
    this.#handlers = handlers;
  }

  /** Runs until {@linkcode AcceptLoop.stop}; never rejects. */
  async run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let gone = 0;
    // A listener that is closed may have clients in its queue to give first.
    for (;;) {
      try {
        const conn = await this.#listener.accept();
        pauseMs = FIRST_PAUSE_MS;
        gone = 0;
        // A connection that arrives while stopping is still served.
        this.#handlers.onConn(conn);
      } catch (error) {
        const code = errorCode(error);
        if (this.#stopped || code === "CLOSED") return;
        if (CLIENT_GONE.has(code) && ++gone % GONE_IN_A_ROW !== 0) continue;
        this.#handlers.onError(error, pauseMs);
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Closes the listener and lets {@linkcode AcceptLoop.run} end. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#listener.close();
    this.#wake?.();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
