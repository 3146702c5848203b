/**
 * Sending what a client has said to all targets that it may be for.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import { type RouteTarget, targetText } from "../config/targets.ts";
import { type CloseReason, errorText, PassthruError } from "../errors.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { readAway } from "../net/read_away.ts";
import { writeAll } from "../net/write_all.ts";
import type { JoiningContext, NotJoined, OpenedClient } from "./joining.ts";

/** Most targets that one connection is sent to. */
const MAX_TARGETS = 256;
/**
 * How often a connection may have come back to this process. It multiplies each
 * time, so that this is far less than what forwarding allows.
 */
const MAX_HOPS = 2;
/** Longest wait for a target to accept, and then for it to close, in ms. */
const DIAL_MS = 2_000;
const CLOSE_MS = 2_000;
/** How long the client is kept waiting for the slowest target, in ms. */
const CLIENT_WAITS_MS = 1_000;
/** Targets that a report names. */
const MAX_NAMED = 8;

/** How it went. */
export interface FannedOut extends NotJoined {
  /** Bytes that the targets took, all together. */
  readonly bytesUp: number;
}

/**
 * Sends one connection's bytes to all targets of some routes and waits until
 * they have closed, which says that they have dealt with them. Nothing that they
 * say goes back. Used once.
 */
export class FanOut {
  readonly #context: JoiningContext;
  readonly #client: OpenedClient;
  readonly #aborting = new Set<() => void>();
  #reached: string[] = [];
  #failed: string[] = [];
  #bytesUp = 0;
  #aborted: CloseReason | null = null;

  /** Dials nothing yet. */
  constructor(context: JoiningContext, client: OpenedClient) {
    this.#context = context;
    this.#client = client;
  }

  /** The targets that could not be reached, and why, in words; empty: none. */
  get failures(): string {
    return listed(this.#failed, "; ");
  }

  /** The targets that have got it, in words; `undefined`: none. */
  get sentTo(): string | undefined {
    return listed(this.#reached, ", ") || undefined;
  }

  /**
   * Sends. The client is closed at the latest when it has waited for a second,
   * though targets may take longer. Never rejects.
   */
  async run(routes: readonly ForwardPlan[]): Promise<FannedOut> {
    const { conn, peeked, replies } = this.#client;
    const targets = this.#context.targets.every.of(routes);
    // What it was replied to in a target's stead is no business of theirs.
    const skipped = replies?.given.at(-1)?.length ?? 0;
    const bytes = peeked.peeked.slice(skipped);
    const late = setTimeout(() => closeQuietly(conn), CLIENT_WAITS_MS);
    await Promise.all(
      targets.slice(0, MAX_TARGETS).map((target) => this.#send(target, bytes)),
    );
    clearTimeout(late);
    return this.#result(targets.length);
  }

  /** Gives up. Idempotent. */
  abort(reason: CloseReason): void {
    this.#aborted ??= reason;
    for (const abort of this.#aborting) abort();
  }

  /** Sends to one target. Never rejects. */
  async #send(to: RouteTarget, bytes: Uint8Array): Promise<void> {
    const { hops, targets } = this.#context;
    const { conn: client, origin, facts } = this.#client;
    const text = targetText(to.target);
    const controller = new AbortController();
    const abort = () =>
      controller.abort(new DOMException("Closed", "AbortError"));
    this.#aborting.add(abort);
    if (this.#aborted !== null) abort();
    const timeoutMs = Math.min(DIAL_MS, to.route.connectTimeoutMs);
    using way = hops.wayOf(client);
    try {
      if (way.count >= MAX_HOPS) throw loops();
      way.leave(to.target);
      await targets.every.reach(to, { timeoutMs, controller }, async (conn) => {
        way.enter(conn);
        await writeAll(conn, origin.opening(to.route, facts));
        await writeAll(conn, bytes, (count) => this.#bytesUp += count);
        this.#reached.push(text);
        await this.#untilClosed(conn);
      });
    } catch (error) {
      this.#failed.push(`${text}: ${errorText(error)}`);
    }
    this.#aborting.delete(abort);
  }

  async #untilClosed(conn: Deno.Conn): Promise<void> {
    const close = () => closeQuietly(conn);
    this.#aborting.add(close);
    const limitMs = CLOSE_MS;
    await readAway(conn, { limitMs, since: "start", onTimeout: close });
    this.#aborting.delete(close);
  }

  #result(count: number): FannedOut {
    const bytesUp = this.#bytesUp;
    if (this.#aborted !== null) return { reason: this.#aborted, bytesUp };
    if (this.#reached.length === 0) {
      const error = `Cannot dial ${
        this.failures || "any target: none is there"
      }`;
      return { reason: "dial_failed", bytesUp, error };
    }
    const reason = "target_eof";
    if (count <= MAX_TARGETS) return { reason, bytesUp };
    const error = `Only ${MAX_TARGETS} of ${count} targets were dialled`;
    return { reason, bytesUp, error };
  }
}

function loops(): PassthruError {
  return new PassthruError(
    `the connection has come back to passthru ${MAX_HOPS} times: its targets lead to its listeners`,
    { code: "loop", source: "config" },
  );
}

function listed(texts: readonly string[], separator: string): string {
  const named = texts.slice(0, MAX_NAMED).join(separator);
  const more = texts.length - MAX_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}
