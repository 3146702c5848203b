/**
 * Joins a client to its target until both directions have ended.
 *
 * @module
 */
import { type CloseReason, errorText } from "../errors.ts";
import {
  type Deadline,
  type Deadlines,
  MARGIN_TICKS,
  TICK_MS,
} from "./deadlines.ts";
import {
  Direction,
  type ForwarderResources,
  forwarderResources,
} from "./direction.ts";
import { keepAlive } from "./dial.ts";
import { type ByteFilter, filtered } from "./filtered.ts";
import { withOpening } from "./opening.ts";
import type { PeekedSource } from "./peek.ts";
import type { StreamFault } from "./pipe.ts";
import { LINGER_MS, readAway } from "./read_away.ts";
import { SinkWritable, SourceReadable } from "./streams.ts";

/**
 * Once the target has ended its side, a quiet client is waited for no longer
 * than this: most targets that end have closed altogether, which nothing shows
 * until a byte is sent to them.
 */
const TARGET_ENDED_IDLE_MS = 120_000;

/** A connection that is still there after this gets keep-alive probes. */
const LASTS_MS = 5_000;

/** Options of {@linkcode Forwarder}. */
export interface ForwarderOptions {
  /** Longest time without a byte in either direction, in ms; 0: no limit. */
  readonly idleTimeoutMs: number;
  /** What the target gets before the client's bytes. Default: nothing. */
  readonly opening?: Uint8Array | undefined;
  /** What the client's bytes go through first. Default: nothing. */
  readonly filter?: ByteFilter | undefined;
  /** Bytes up and down that went before, for the counts. Default: none. */
  readonly before?:
    | { readonly up: number; readonly down: number }
    | undefined;
  /** What connections share. Default: something of its own. */
  readonly shared?: ForwarderResources;
}

/** How a forwarded connection went. */
export interface ForwardResult {
  readonly reason: CloseReason;
  /** Bytes from the client that the target's socket took. */
  readonly bytesUp: number;
  /** Bytes from the target that the client's socket took. */
  readonly bytesDown: number;
  /** What broke, in words, when something did. */
  readonly error: string | undefined;
}

const NOTHING = new Uint8Array();

/**
 * Owns both connections from the call of {@linkcode Forwarder.run} on, and has
 * closed them when that says so, whatever happens.
 */
export class Forwarder {
  readonly #client: Deno.Conn;
  readonly #peeked: PeekedSource;
  readonly #target: Deno.Conn;
  readonly #idleTimeoutMs: number;
  readonly #deadlines: Deadlines;
  readonly #up: Direction;
  readonly #down: Direction;
  #reason: CloseReason | null = null;
  #error: string | undefined;
  #targetRefuses = false;
  #closed = false;
  #idle: Deadline | null = null;
  #lasts = false;
  /** Directions that go on. */
  #running = 2;
  #onDone: ((result: ForwardResult) => void) | null = null;

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
    const { before, filter, opening = NOTHING } = options;
    const shared = options.shared ?? forwarderResources();
    this.#deadlines = shared.deadlines;
    const onEnded = (way: Direction) => this.#ended(way);
    this.#up = new Direction(client, target, shared, onEnded);
    this.#up.peeked = withOpening(
      opening,
      filter === undefined ? peeked : filtered(peeked, client, filter),
    );
    this.#up.bytes = before?.up ?? 0;
    // Bytes of ours are not bytes from the client.
    this.#up.ours = opening.length;
    this.#down = new Direction(target, client, shared, onEnded);
    this.#down.bytes = before?.down ?? 0;
  }

  /** Bytes up and down so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return { up: this.#up.bytes, down: this.#down.bytes };
  }

  /**
   * Forwards until both directions have ended. To be called once.
   *
   * @param onDone Hears once how it went. No promise: it would stay, with all
   * that waits for it, as long as the connection does.
   */
  run(onDone: (result: ForwardResult) => void): void {
    this.#onDone = onDone;
    this.#up.tick = this.#deadlines.tick;
    this.#watchIdle();
    // The same two for both directions, for these stay as well.
    const settled = () => this.#settled();
    const broke = (fault: StreamFault) => {
      this.#broke(fault);
      this.#settled();
    };
    for (const way of [this.#up, this.#down]) {
      new SourceReadable(way).pipeTo(new SinkWritable(way))
        .then(settled, broke);
    }
  }

  /**
   * Closes both connections; {@linkcode Forwarder.run} then tells this
   * reason, unless there was one before. Idempotent.
   */
  close(reason: CloseReason): void {
    this.#reason ??= reason;
    if (this.#closed) return;
    this.#closed = true;
    this.#idle?.cancel();
    closeQuietly(this.#client);
    closeQuietly(this.#target);
  }

  /** A direction goes on no more. */
  #settled(): void {
    if (--this.#running > 0) return;
    if (!this.#targetRefuses || this.#closed) return this.#finish();
    this.#linger().finally(() => this.#finish());
  }

  #finish(): void {
    this.close(this.#reason ?? "client_eof");
    this.#peeked.dispose();
    this.#onDone!({
      reason: this.#reason!,
      bytesUp: this.#up.bytes,
      bytesDown: this.#down.bytes,
      error: this.#error,
    });
  }

  /**
   * One side has ended and all of it is passed on. When the other one has
   * already, both are closed next, and no FIN of its own is worth a system call.
   */
  #ended(way: Direction): boolean {
    this.#reason ??= way === this.#up ? "client_eof" : "target_eof";
    const last = this.#up.ended && this.#down.ended;
    if (way === this.#down && !last) {
      // Without a limit before, the time counts from now.
      if (this.#idleTimeoutMs === 0) this.#up.tick = this.#deadlines.tick;
      this.#watchIdle();
    }
    return !last;
  }

  /**
   * One direction broke. When the target no longer takes bytes, what it sent
   * before still goes to the client; in every other case both ends are closed.
   */
  #broke({ operation, end, cause }: StreamFault): void {
    if (!this.#closed) this.#error ??= errorText(cause);
    const reason = end === this.#client ? "client_reset" : "target_reset";
    if (end === this.#target && operation === "write") {
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

  /** One deadline a connection, set anew only when it passes. */
  #watchIdle(): void {
    this.#idle?.cancel();
    this.#idle = null;
    if (this.#closed) return;
    const limitMs = this.#idleLimitMs();
    const { tick } = this.#deadlines;
    const idleTicks = tick - Math.max(this.#up.tick, this.#down.tick);
    const idleMs = Math.max(0, idleTicks - MARGIN_TICKS) * TICK_MS;
    if (idleMs >= limitMs) return this.close("idle_timeout");
    const mostMs = this.#lasts ? Infinity : LASTS_MS;
    const waitMs = Math.min(limitMs - idleMs, mostMs);
    if (waitMs === Infinity) return;
    this.#idle = this.#deadlines.set(waitMs, () => {
      if (!this.#lasts) this.#keepAlive();
      this.#watchIdle();
    });
  }

  #keepAlive(): void {
    this.#lasts = true;
    for (const conn of [this.#client, this.#target]) keepAlive(conn);
  }

  #idleLimitMs(): number {
    const limitMs = this.#idleTimeoutMs || Infinity;
    return this.#down.ended ? Math.min(limitMs, TARGET_ENDED_IDLE_MS) : limitMs;
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
