/**
 * One connection, from accept to report.
 *
 * Longer than 250 lines: each step of the way changes what the others may still
 * do, so that the steps stand together; what they do is elsewhere.
 *
 * @module
 */
import type { ForwardPlan, RejectPlan } from "../config/plan.ts";
import { type CloseReason, errorText } from "../errors.ts";
import { prepareTcp } from "../net/dial.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { Forwarder } from "../net/forwarder.ts";
import type { ForwarderOwner, ForwardResult } from "../net/forwarding.ts";
import {
  PeekedSource,
  type PeekEnd,
  type PeekMoment,
  type PeekResult,
} from "../net/peek.ts";
import { type Detection, detectionOf } from "../observe/detection.ts";
import type { OpenConnection, Phase } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import type { Joined } from "../upstream/joined.ts";
import { ClientOrigin } from "./client_origin.ts";
import { FanOut } from "./fan_out.ts";
import { Joining, type OpenedClient } from "./joining.ts";
import type { Admission } from "./limits/admission.ts";
import type { Refusal } from "./proxy_intake.ts";
import { Rejection } from "./rejection.ts";
import { type Outcome, RouteDecision } from "./route_decision.ts";
import type { SessionContext, SessionOptions } from "./session_context.ts";
import { type Ending, sessionReport } from "./session_report.ts";

const NO_BYTES = Object.freeze({ up: 0, down: 0 });

/** How a client is peeked at that may be a connection of ours: see `Hops`. */
const UNSETTLED = Object.freeze({ silentAfterMs: 100 });

/**
 * Serves one connection: peek, identify, route, dial, forward. Owns the
 * connection and whatever it opens, and has closed all when `onEnded` hears of
 * it.
 */
export class Session implements ForwarderOwner, OpenConnection {
  /** Number of the connection in this process. */
  readonly id: number;
  /** Its place among those that are open, once the server has given it one. */
  place = 0;
  readonly #client: Deno.Conn;
  readonly #context: SessionContext;
  readonly #admission: Admission;
  /** `null`: it is forwarded, and nothing of it will be asked for. */
  #decision: RouteDecision | null;
  /** `null`: the forwarder has it. */
  #peeked: PeekedSource | null;
  /** Who the client is: its one address for rules, reports and targets. */
  readonly #origin: ClientOrigin;
  readonly #acceptedAt = Date.now();
  readonly #start = performance.now();
  #detectMs: number | null = null;
  #dialMs: number | null = null;
  #outcome: Outcome | null = null;
  /** While it dials. */
  #joining: Joining | null = null;
  /** While it is forwarded. */
  #joined: Joined | null = null;
  /** In place of joining it to one target. */
  #fanOut: FanOut | null = null;
  #forwarder: Forwarder | null = null;
  #rejection: Rejection | null = null;
  #draining = false;
  #closed: CloseReason | null = null;
  #detection: Detection | null = null;

  constructor(
    client: Deno.Conn,
    context: SessionContext,
    options: SessionOptions,
  ) {
    this.id = options.id;
    this.#client = client;
    this.#context = context;
    this.#admission = options.admission;
    const { pool, router, forwarding } = context;
    this.#peeked = new PeekedSource(client, pool, forwarding.deadlines);
    this.#origin = new ClientOrigin(client, context, options);
    this.#decision = new RouteDecision({
      router,
      client,
      origin: this.#origin,
      acceptedAt: this.#acceptedAt,
    });
  }

  /** Where it is in its way. */
  get phase(): Phase {
    if (this.#forwarder !== null) return "forwarding";
    if (this.#joining !== null || this.#fanOut !== null) return "dialling";
    return this.#outcome?.choice?.route.action === "REJECT"
      ? "rejecting"
      : "peeking";
  }

  /** Bytes up and down so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return this.#forwarder?.bytes ?? NO_BYTES;
  }

  /** How its identification ended; `null`: it has not, or nobody asks. */
  get detection(): Detection | null {
    return this.#detection;
  }

  /** Its report, as if it ended now. */
  snapshot(): Report {
    const { up, down } = this.bytes;
    const reason = this.#closed ?? "client_eof";
    return this.#report({ reason, bytesUp: up, bytesDown: down });
  }

  /**
   * Serves the connection, and resolves when it has ended or is forwarded: no
   * frame is left of what it took to get so far. Never rejects.
   */
  async run(): Promise<void> {
    let ending: Ending | null;
    try {
      prepareTcp(this.#client);
      ending = this.#origin.refusal ?? this.#decided(await this.#peek());
      if (ending === null) {
        const { route, all } = this.#outcome!.choice!;
        ending = all !== undefined
          ? await this.#sendTo(all)
          : route.action === "REJECT"
          ? await this.#reject(route)
          : this.#forward(await this.#dial(route));
      }
    } catch (error) {
      const text = error instanceof Error
        ? error.stack ?? error.message
        : String(error);
      ending = { reason: "internal_error", error: text };
    }
    if (ending !== null) this.#end(ending);
  }

  /** For its forwarder: how it went. */
  forwarded(result: ForwardResult): void {
    this.#end(result);
  }

  /** Ends the connection now. Idempotent. */
  close(reason: CloseReason): void {
    this.#closed ??= reason;
    if (this.#forwarder !== null) this.#forwarder.close(reason);
    else {
      this.#joining?.abort(reason);
      this.#fanOut?.abort(reason);
      closeQuietly(this.#client);
    }
  }

  /** The server accepts no more: who is only held need not be waited for. */
  drain(): void {
    this.#draining = true;
    this.#rejection?.drain();
  }

  #peek(): Promise<PeekResult<Outcome | Refusal>> {
    const decision = this.#decision!;
    const { detectTimeoutMs, hops, router } = this.#context;
    const decide = this.#origin.before(
      this.#peeked!,
      (view, moment) => this.#look(decision, view, moment),
    );
    const options = router.atOnce !== null && hops.isUnsettled(this.#client)
      ? UNSETTLED
      : router.peeking;
    return this.#peeked!.peek(detectTimeoutMs, decide, options);
  }

  #look(
    decision: RouteDecision,
    view: Uint8Array,
    moment: PeekMoment | null,
  ): Outcome | null {
    const { observer } = this.#context;
    observer.looking?.(this.id);
    try {
      return decision.look(view, moment);
    } finally {
      observer.looking?.(0);
    }
  }

  /** @returns `null`: there is a route. */
  #decided(peeked: PeekResult<Outcome | Refusal>): Ending | null {
    this.#detectMs = performance.now() - this.#start;
    if (peeked.kind === "failed") {
      return this.#closed === null
        ? { reason: "client_reset", error: errorText(peeked.error) }
        : { reason: this.#closed };
    }
    if ("reason" in peeked.value) return peeked.value;
    this.#outcome = peeked.value;
    this.#detected(peeked.end);
    const { choice, otherwise } = peeked.value;
    return choice === null ? { reason: otherwise } : null;
  }

  /** Keeps what the connection can be counted and explained by, for who asks. */
  #detected(end: PeekEnd | null): void {
    const { keepOpeningBytes: most = 0, closed } = this.#context.observer;
    if (closed === undefined) return;
    this.#detection = detectionOf(this.#peeked!.peeked, { end, most });
  }

  #dial(route: ForwardPlan): Promise<Joined | null> {
    const joining = this.#joining = new Joining(this.#context, this.#opened);
    if (this.#closed !== null) joining.abort(this.#closed);
    return joining.dial(route);
  }

  /** What a target is to get, or several are. */
  get #opened(): OpenedClient {
    return {
      conn: this.#client,
      peeked: this.#peeked!,
      origin: this.#origin,
      facts: this.#outcome!.facts,
      replies: this.#decision!.replies,
    };
  }

  #sendTo(routes: readonly ForwardPlan[]): Promise<Ending> {
    const fanOut = this.#fanOut = new FanOut(this.#context, this.#opened);
    if (this.#closed !== null) fanOut.abort(this.#closed);
    return fanOut.run(routes);
  }

  /** @returns `null`: it is forwarded from now on. */
  #forward(dialled: Joined | null): Ending | null {
    const joining = this.#joining!;
    const forwarder = joining.conclude(dialled);
    if (joining.target !== null) {
      this.#dialMs = performance.now() - this.#start - this.#detectMs!;
    }
    if (!(forwarder instanceof Forwarder)) return forwarder;
    this.#forwarder = forwarder;
    this.#joined = dialled;
    this.#joining = this.#peeked = null;
    if (this.#outcome!.protocol !== null) this.#decision = null;
    if (this.#closed !== null) forwarder.close(this.#closed);
    forwarder.run(this);
    return null;
  }

  async #reject({ with: how }: RejectPlan): Promise<Ending> {
    if (how === undefined) return { reason: "rejected" };
    const rejection = new Rejection(this.#client, this.#peeked!);
    this.#rejection = rejection;
    if (this.#draining) rejection.drain();
    const done = await rejection.run(how, {
      ...this.#outcome!,
      ...this.#decision!.seen,
      view: this.#peeked!.peeked,
      nowMs: Date.now(),
    });
    // Who is held may be closed meanwhile.
    return { reason: this.#closed ?? "rejected", with: done };
  }

  #end(ending: Ending): void {
    const report = this.#report(ending);
    this.#decision?.[Symbol.dispose]();
    this.#joining?.[Symbol.dispose]();
    this.#joined?.[Symbol.dispose]();
    // A forwarder has closed it.
    if (this.#forwarder === null) closeQuietly(this.#client);
    this.#peeked?.dispose();
    this.#admission.leave();
    this.#context.onEnded(this, report);
  }

  #report(ending: Ending): Report {
    return sessionReport({
      id: this.id,
      acceptedAt: this.#acceptedAt,
      listener: this.#context.listener,
      origin: this.#origin,
      outcome: this.#outcome,
      decision: this.#decision,
      joining: this.#joined ?? this.#joining,
      fanOut: this.#fanOut,
      detectMs: this.#detectMs,
      dialMs: this.#dialMs,
      totalMs: performance.now() - this.#start,
    }, ending);
  }
}
