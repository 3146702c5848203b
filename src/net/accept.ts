/**
 * The accept loop.
 *
 * @module
 */
import { errorCode } from "../errors.ts";

/** Codes of a lack of our own: an accept fails until there is some again. */
const SCARCE = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);
/** First and longest pause then, in milliseconds. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
/** How often it is asked whether there is room again, in milliseconds. */
const ROOM_PAUSE_MS = 20;
/**
 * The pause after an accept that failed for a reason that is not known here: so
 * short that no client can hold up others by it, and yet the loop does not spin.
 */
const UNKNOWN_PAUSE_MS = 1;

/** How long a loop stands back for another one, in milliseconds. */
const AHEAD_PAUSE_MS = 1;

/**
 * Codes of a connection that had ended before it was accepted. It has left the
 * queue, so the next one need not wait, however many there are: a pause would
 * let anybody who connects and resets hold up everybody else.
 *
 * Of a client that has reset, Linux gives the connection, and the runtime then
 * fails to ask for its address: `ENOTCONN`. The others are the errors that
 * accept(2) takes over from the connection, and those of other systems.
 */
const CLIENT_GONE = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENONET",
  "ENOPROTOOPT",
  "ENOTCONN",
  "EPERM",
  "EPIPE",
  "EPROTO",
  "ETIMEDOUT",
]);

/** The part of a listener that is used here. */
export type Listening = Pick<Deno.Listener, "accept" | "close">;

/** Who hears of the loop. None of these may throw. */
export interface AcceptHandlers {
  /** Takes a connection, and owns it from then on. */
  onConn(conn: Deno.Conn): void;
  /** Whether one more may be accepted now. Default: always. */
  hasRoom?(): boolean;
  /**
   * Whether another loop on the same socket should have the next one: it then
   * gets the chance to. Default: never.
   */
  isAhead?(): boolean;
  /** A client had gone before it was accepted. Default: nobody hears of it. */
  onGone?(code: string): void;
  /**
   * An accept failed and is tried again after a pause.
   *
   * @param pauseMs The pause in milliseconds.
   */
  onError(error: unknown, pauseMs: number): void;
}

/**
 * Accepts until stopped. Only a lack of our own (descriptors, memory) makes it
 * pause, from 5 ms doubling to 100, so that it neither spins nor dies and serves
 * again soon after there is some; the connections wait in the backlog.
 *
 * Connections that are in the queue are taken without a pause between them.
 * Others get their turn all the same: the runtime gives the thread back to its
 * event loop after 128 operations that were done at once.
 *
 * `for await (const conn of listener)` would end at the first error.
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
    // A listener that is closed may have clients in its queue to give first.
    for (;;) {
      try {
        while (this.#handlers.hasRoom?.() === false && !this.#stopped) {
          await this.#pause(ROOM_PAUSE_MS);
        }
        if (this.#handlers.isAhead?.() === true && !this.#stopped) {
          await this.#pause(AHEAD_PAUSE_MS);
        }
        const conn = await this.#listener.accept();
        pauseMs = FIRST_PAUSE_MS;
        // A connection that arrives while stopping is still served.
        this.#handlers.onConn(conn);
      } catch (error) {
        const code = errorCode(error);
        if (code === "CLOSED") return;
        if (CLIENT_GONE.has(code)) {
          this.#handlers.onGone?.(code);
          continue;
        }
        const ms = SCARCE.has(code) ? pauseMs : UNKNOWN_PAUSE_MS;
        this.#handlers.onError(error, ms);
        await this.#pause(ms);
        if (ms === pauseMs) pauseMs = Math.min(ms * 2, LONGEST_PAUSE_MS);
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
