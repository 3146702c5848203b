/**
 * Joins a client to its target until both directions have ended.
 *
 * @module
 */
import { type CloseReason, errorText } from "../errors.ts";
import { withOpening } from "./opening.ts";
import type { PeekedSource } from "./peek.ts";
import { LINGER_MS, readAway } from "./read_away.ts";
import { readableFrom, StreamFault, writableTo } from "./streams.ts";

/**
 * Once the target has ended its side, a quiet client is waited for no longer
 * than this: most targets that end have closed altogether, which nothing shows
 * until a byte is sent to them.
 */
const TARGET_ENDED_IDLE_MS = 120_000;

/** Options of {@linkcode Forwarder}. */
export interface ForwarderOptions {
  /** Longest time without a byte in either direction, in ms; 0: no limit. */
  readonly idleTimeoutMs: number;
  /** What the target gets before the client's bytes. Default: nothing. */
  readonly opening?: Uint8Array;
  /** Bytes up and down that went before, for the counts. Default: none. */
  readonly before?: { readonly up: number; readonly down: number };
}

/** How a forwarded connection went. */
export interface ForwardResult {
  readonly reason: CloseReason;
  /** Bytes from the client that the target's socket took. */
  readonly bytesUp: number;
  /** Bytes from the target that the client's socket took. */
  readonly bytesDown: number;
  /** What broke, in words, when something did. */
  readonly error?: string;
}

type Side = "client" | "target";

/**
 * Owns both connections from the call of {@linkcode Forwarder.run} on, and has
 * closed them when that resolves, whatever happens.
 */
export class Forwarder {
  readonly #client: Deno.Conn;
  readonly #peeked: PeekedSource;
  readonly #target: Deno.Conn;
  readonly #idleTimeoutMs: number;
  readonly #opening: Uint8Array;
  #bytesUp = 0;
  #bytesDown = 0;
  #reason: CloseReason | null = null;
  #error: string | undefined;
  #targetEnded = false;
  #targetRefuses = false;
  #closed = false;
  #lastActivity = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    client: Deno.Conn,
    peeked: PeekedSource,
    target: Deno.Conn,
    options: ForwarderOptions,
  ) {
    this.#client = client;
    this.#peeked = peeked;
    this.#target = target;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#opening = options.opening ?? new Uint8Array();
    this.#bytesUp = options.before?.up ?? 0;
    this.#bytesDown = options.before?.down ?? 0;
  }

  /** Bytes up and down so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return { up: this.#bytesUp, down: this.#bytesDown };
  }

  /** Forwards until both directions have ended. Never rejects. */
  async run(): Promise<ForwardResult> {
    this.#watchIdle();
    await Promise.all([this.#up(), this.#down()]);
    if (this.#targetRefuses && !this.#closed) await this.#linger();
    this.close(this.#reason ?? "client_eof");
    this.#peeked.dispose();
    return {
      reason: this.#reason!,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /**
   * Closes both connections; {@linkcode Forwarder.run} then resolves with this
   * reason, unless there was one before. Idempotent.
   */
  close(reason: CloseReason): void {
    this.#reason ??= reason;
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    closeQuietly(this.#client);
    closeQuietly(this.#target);
  }

  async #up(): Promise<void> {
    const peeked = withOpening(this.#opening, this.#peeked);
    // Bytes of ours are not bytes from the client.
    let ours = this.#opening.length;
    try {
      await readableFrom(this.#client, { peeked }).pipeTo(
        writableTo(this.#target, (count) => {
          this.#bytesUp += Math.max(0, count - ours);
          ours = Math.max(0, ours - count);
          this.#lastActivity = performance.now();
        }),
      );
      this.#reason ??= "client_eof";
    } catch (error) {
      this.#broke(error, "client", "target");
    }
  }

  async #down(): Promise<void> {
    try {
      await readableFrom(this.#target).pipeTo(
        writableTo(this.#client, (count) => {
          this.#bytesDown += count;
          this.#lastActivity = performance.now();
        }),
      );
      this.#reason ??= "target_eof";
      this.#targetEnded = true;
      this.#watchIdle();
    } catch (error) {
      this.#broke(error, "target", "client");
    }
  }

  /**
   * One direction broke. When the target no longer takes bytes, what it sent
   * before still goes to the client; in every other case both ends are closed.
   */
  #broke(error: unknown, source: Side, sink: Side): void {
    const fault = error instanceof StreamFault
      ? error
      : new StreamFault("read", error);
    const side = fault.operation === "read" ? source : sink;
    if (!this.#closed) this.#error ??= errorText(fault.cause);
    const reason = side === "client" ? "client_reset" : "target_reset";
    if (side === "target" && fault.operation === "write") {
      this.#reason ??= reason;
      this.#targetRefuses = true;
    } else {
      this.close(reason);
    }
  }

  /**
   * Reads away what the client is still sending: to close over unread bytes
   * makes the kernel send a reset, which can destroy the target's last words on
   * their way to the client.
   */
  async #linger(): Promise<void> {
    try {
      await this.#client.closeWrite();
    } catch {
      return; // The client is gone.
    }
    await readAway(this.#client, {
      limitMs: LINGER_MS,
      since: "start",
      onTimeout: () => this.close("target_reset"),
    });
  }

  /** One timer a connection, set anew only when it fires. */
  #watchIdle(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const limitMs = this.#idleLimitMs();
    if (limitMs === 0) return;
    const leftMs = this.#lastActivity + limitMs - performance.now();
    if (leftMs <= 0) return this.close("idle_timeout");
    this.#timer = setTimeout(() => this.#watchIdle(), Math.ceil(leftMs));
  }

  #idleLimitMs(): number {
    const limitMs = this.#idleTimeoutMs;
    if (!this.#targetEnded) return limitMs;
    return limitMs === 0
      ? TARGET_ENDED_IDLE_MS
      : Math.min(limitMs, TARGET_ENDED_IDLE_MS);
  }
}

/** Closes a connection that may be closed already. */
export function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed.
  }
}
