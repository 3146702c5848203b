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
  type DirectionOwner,
  forwarderResources,
} from "./direction.ts";
import { closeQuietly } from "./close_quietly.ts";
import { keepAlive } from "./dial.ts";
import { filtered } from "./filtered.ts";
import type { ForwarderOptions, ForwarderOwner } from "./forwarding.ts";
import { withOpening } from "./opening.ts";
import type { PeekedSource } from "./peek.ts";
import { StreamFault } from "./pipe.ts";
import { LINGER_MS, readAway } from "./read_away.ts";
import { probe } from "./reset_probe.ts";
import type { Stallable, Stalls } from "./stalls.ts";
import { SinkWritable, SourceReadable } from "./streams.ts";

/**
 * Once the target has ended its side, a quiet client is waited for no longer
 * than this: most targets that end have closed altogether, which nothing shows
 * until a byte is sent to them.
 */
const TARGET_ENDED_IDLE_MS = 120_000;

/**
 * A connection that is still there after this gets keep-alive probes, and is
 * looked at for a client that has gone.
 */
const LASTS_MS = 500;

/** Without a byte taken for so many ticks, a write to the target is stalled. */
const STALLED_TICKS = 5;

const NOTHING = new Uint8Array();

/**
 * Owns both connections, and what was peeked of one, from the call of
 * {@linkcode Forwarder.run} on, and has closed them when that says so, whatever
 * happens.
 */
export class Forwarder implements DirectionOwner, Stallable {
  /** For {@linkcode Stalls}. */
  stallsAt = -1;
  readonly #client: Deno.Conn;
  readonly #target: Deno.Conn;
  readonly #idleTimeoutMs: number;
  readonly #deadlines: Deadlines;
  readonly #stalls: Stalls;
  readonly #up: Direction;
  readonly #down: Direction;
  #reason: CloseReason | null = null;
  #error: string | undefined;
  #targetRefuses = false;
  #closed = false;
  /** Until it lasts: a deadline for each idle connection would be 160 bytes. */
  #lasting: Deadline | null = null;
  /** Directions that go on. */
  #running = 2;
  #owner: ForwarderOwner | null = null;

  constructor(
    client: Deno.Conn,
    peeked: PeekedSource,
    target: Deno.Conn,
    options: ForwarderOptions,
  ) {
    this.#client = client;
    this.#target = target;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    const { before, filter, opening = NOTHING } = options;
    const shared = options.shared ?? forwarderResources();
    this.#deadlines = shared.deadlines;
    this.#stalls = shared.stalls;
    this.#up = new Direction(client, target, shared, this);
    this.#up.peeked = withOpening(
      opening,
      filter === undefined ? peeked : filtered(peeked, client, filter),
    );
    this.#up.bytes = before?.up ?? 0;
    // Bytes of ours are not bytes from the client.
    this.#up.ours = opening.length;
    this.#down = new Direction(target, client, shared, this);
    this.#down.bytes = before?.down ?? 0;
  }

  /** Bytes up and down so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return { up: this.#up.bytes, down: this.#down.bytes };
  }

  /**
   * Forwards until both directions have ended. To be called once.
   *
   * @param owner Hears how it went. No promise: it would stay, with all that waits
   * for it, as long as the connection does.
   */
  run(owner: ForwarderOwner): void {
    this.#owner = owner;
    this.#up.tick = this.#deadlines.tick;
    // One that was closed before does not last.
    if (!this.#closed) {
      const lastsMs = Math.min(this.#idleLimitMs(), LASTS_MS);
      this.#lasting = this.#deadlines.set(lastsMs, () => this.#becomeLasting());
    }
    for (const way of [this.#up, this.#down]) {
      new SourceReadable(way).pipeTo(new SinkWritable(way));
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
    if (this.stallsAt >= 0) this.#stalls.remove(this);
    this.#lasting?.cancel();
    closeQuietly(this.#client);
    closeQuietly(this.#target);
  }

  /**
   * For {@linkcode Stalls}. While the target takes nothing, nothing is read from
   * the client either: only asking shows that it has reset. Nobody else will take
   * its bytes.
   */
  look(): void {
    if (this.#isIdle()) return this.close("idle_timeout");
    const stalledTicks = this.#deadlines.tick - this.#up.tick;
    if (!this.#up.isWriting || stalledTicks < STALLED_TICKS) return;
    // A write to the client finds out by itself, one after its end fails.
    if (this.#down.isWriting || this.#down.ended) return;
    const end = this.#client;
    probe(end).catch((cause) =>
      this.#broke(new StreamFault("write", { end, cause }))
    );
  }

  /** For its directions: one goes on no more. */
  settled(fault: StreamFault | null): void {
    if (fault !== null) this.#broke(fault);
    if (--this.#running > 0) return;
    if (!this.#targetRefuses || this.#closed) return this.#finish();
    this.#linger().finally(() => this.#finish());
  }

  #finish(): void {
    this.close(this.#reason ?? "client_eof");
    this.#up.peeked?.dispose();
    this.#owner!.forwarded({
      reason: this.#reason!,
      bytesUp: this.#up.bytes,
      bytesDown: this.#down.bytes,
      error: this.#error,
    });
  }

  /**
   * For its directions: one side has ended and all of it is passed on. When the
   * other one has already, both are closed next, and no FIN of its own is worth a
   * system call.
   */
  ended(way: Direction): boolean {
    this.#reason ??= way === this.#up ? "client_eof" : "target_eof";
    const last = this.#up.ended && this.#down.ended;
    // Without a limit before, the time counts from now.
    if (way === this.#down && this.#idleTimeoutMs === 0) {
      this.#up.tick = this.#deadlines.tick;
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

  #becomeLasting(): void {
    this.#lasting = null;
    this.#stalls.add(this);
    for (const conn of [this.#client, this.#target]) keepAlive(conn);
    this.look();
  }

  #isIdle(): boolean {
    const lastTick = Math.max(this.#up.tick, this.#down.tick);
    const idleTicks = this.#deadlines.tick - lastTick - MARGIN_TICKS;
    return idleTicks * TICK_MS >= this.#idleLimitMs();
  }

  #idleLimitMs(): number {
    const limitMs = this.#idleTimeoutMs || Infinity;
    return this.#down.ended ? Math.min(limitMs, TARGET_ENDED_IDLE_MS) : limitMs;
  }
}
