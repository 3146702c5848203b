/**
 * One connection, from accept to report.
 *
 * @module
 */
import type { ForwardPlan, RejectPlan } from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import { type CloseReason, errorText } from "../errors.ts";
import { prepareTcp } from "../net/dial.ts";
import { closeQuietly, Forwarder } from "../net/forwarder.ts";
import { PeekedSource, type PeekEnd } from "../net/peek.ts";
import type { RingBufferPool } from "../net/ring_buffer.ts";
import { type Detection, detectionOf } from "../observe/detection.ts";
import type { Observer, OpenConnection, Phase } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import { Connection } from "../rule/connection.ts";
import { ClientOrigin, type OriginOptions } from "./client_origin.ts";
import { Joining, type JoiningContext } from "./joining.ts";
import type { AcceptProxy } from "./proxy_intake.ts";
import { Replies } from "./replies.ts";
import { Rejection } from "./rejection.ts";
import { type Outcome, RouteDecision, UNDECIDED } from "./route_decision.ts";
import type { Router } from "./router.ts";

/** What the sessions of a listener share. */
export interface SessionContext extends JoiningContext {
  /** The listener, as the config spells it. */
  readonly listener: string;
  readonly router: Router;
  readonly pool: RingBufferPool;
  /** Total time to identify a connection, in milliseconds. */
  readonly detectTimeoutMs: number;
  /** From whom PROXY headers are taken; `null`: from nobody. */
  readonly acceptProxy: AcceptProxy | null;
  /** What the names of the connections start with. */
  readonly idPrefix: string;
  readonly observer: Observer;
}

/** How a connection ended, as far as it came. */
interface Ending {
  readonly reason: CloseReason;
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  readonly error?: string;
  readonly with?: string;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const NO_VERDICTS: readonly string[] = Object.freeze([]);
const NO_BYTES = Object.freeze({ up: 0, down: 0 });

/**
 * Serves one connection: peek, identify, route, dial, forward. Owns the
 * connection and whatever it opens, and has closed all when `run` resolves.
 */
export class Session implements OpenConnection {
  /** Number of the connection in this process. */
  readonly id: number;
  /** Its place among those that are open, once the server has given it one. */
  place = 0;
  readonly #client: Deno.Conn;
  readonly #context: SessionContext;
  readonly #decision: RouteDecision;
  readonly #peeked: PeekedSource;
  /** Who the client is: its one address for rules, reports and targets. */
  readonly #origin: ClientOrigin;
  /** Made when the first one is given: most clients wait for nothing. */
  #replies: Replies | null = null;
  readonly #acceptedAt = Date.now();
  readonly #start = performance.now();
  #detectMs: number | null = null;
  #dialMs: number | null = null;
  #outcome: Outcome | null = null;
  #joining: Joining | null = null;
  #forwarder: Forwarder | null = null;
  #rejection: Rejection | null = null;
  #draining = false;
  #closed: CloseReason | null = null;
  #detection: Detection | null = null;

  constructor(
    client: Deno.Conn,
    context: SessionContext,
    options: OriginOptions,
  ) {
    this.id = options.id;
    this.#client = client;
    this.#context = context;
    const { pool, router, forwarding } = context;
    this.#peeked = new PeekedSource(client, pool, forwarding.deadlines);
    this.#origin = new ClientOrigin(client, context, options);
    this.#decision = new RouteDecision({
      router,
      replies: () => this.#replies ??= new Replies(client),
      connection: () => new Connection(this.#origin.address, this.#acceptedAt),
    });
  }

  /** Where it is in its way. */
  get phase(): Phase {
    if (this.#forwarder !== null) return "forwarding";
    if (this.#joining !== null) return "dialling";
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

  /** Serves the connection to its end. Never rejects. */
  async run(): Promise<Report> {
    try {
      // Whatever it took to get so far is gone while bytes are forwarded.
      const ending = await this.#serve();
      return this.#report(ending ?? await this.#forwarder!.run());
    } catch (error) {
      return this.#report({
        reason: "internal_error",
        error: error instanceof Error
          ? error.stack ?? error.message
          : String(error),
      });
    } finally {
      this.#joining?.[Symbol.dispose]();
      // A forwarder has closed it.
      if (this.#forwarder === null) closeQuietly(this.#client);
      this.#peeked.dispose();
    }
  }

  /** Ends the connection now. Idempotent. */
  close(reason: CloseReason): void {
    this.#closed ??= reason;
    if (this.#forwarder !== null) this.#forwarder.close(reason);
    else {
      this.#joining?.abort(reason);
      closeQuietly(this.#client);
    }
  }

  /** The server accepts no more: who is only held need not be waited for. */
  drain(): void {
    this.#draining = true;
    this.#rejection?.drain();
  }

  /** @returns `null`: it is joined to its target, and to be forwarded. */
  async #serve(): Promise<Ending | null> {
    prepareTcp(this.#client);
    if (this.#origin.refusal !== null) return this.#origin.refusal;
    const peeked = await this.#peeked.peek(
      this.#context.detectTimeoutMs,
      this.#origin.before(
        this.#peeked,
        (view, end) => this.#decision.look(view, end),
      ),
    );
    this.#detectMs = performance.now() - this.#start;
    if (peeked.kind === "failed") {
      return {
        reason: this.#closed ?? "client_reset",
        ...(this.#closed === null ? { error: errorText(peeked.error) } : {}),
      };
    }
    if ("reason" in peeked.value) return peeked.value;
    const { choice, otherwise } = this.#outcome = peeked.value;
    this.#detected(peeked.end);
    if (choice === null) return { reason: otherwise };
    if (choice.route.action === "REJECT") return this.#reject(choice.route);
    return await this.#join(choice.route, peeked.value.facts);
  }

  /** Keeps what the connection can be counted and explained by, for who asks. */
  #detected(end: PeekEnd | null): void {
    const { keepOpeningBytes: most = 0, closed } = this.#context.observer;
    if (closed === undefined) return;
    this.#detection = detectionOf(this.#peeked.peeked, { end, most });
  }

  async #join(route: ForwardPlan, facts: Facts): Promise<Ending | null> {
    const start = performance.now();
    const joining = this.#joining = new Joining(this.#context, route);
    if (this.#closed !== null) joining.abort(this.#closed);
    const joined = await joining.run({
      conn: this.#client,
      peeked: this.#peeked,
      origin: this.#origin,
      facts,
      replies: this.#replies?.given.length ? this.#replies : null,
    });
    if (joining.target !== null) this.#dialMs = performance.now() - start;
    if (!(joined instanceof Forwarder)) return joined;
    this.#forwarder = joined;
    if (this.#closed !== null) joined.close(this.#closed);
    return null;
  }

  async #reject({ with: how }: RejectPlan): Promise<Ending> {
    if (how === undefined) return { reason: "rejected" };
    const rejection = new Rejection(this.#client, this.#peeked);
    this.#rejection = rejection;
    if (this.#draining) rejection.drain();
    const done = await rejection.run(how, {
      ...this.#outcome!,
      ...this.#decision.seen,
      view: this.#peeked.peeked,
      nowMs: Date.now(),
    });
    // Who is held may be closed meanwhile.
    return { reason: this.#closed ?? "rejected", with: done };
  }

  #report(ending: Ending): Report {
    const { protocol, facts, choice } = this.#outcome ?? UNDECIDED;
    const retried = this.#joining?.failures ?? "";
    const report: Writable<Report> = {
      id: this.id,
      acceptedAt: this.#acceptedAt,
      listener: this.#context.listener,
      ...this.#origin.reported,
      protocol,
      facts,
      rule: choice?.rule ?? null,
      target: this.#joining?.target ?? null,
      bytesUp: ending.bytesUp ?? 0,
      bytesDown: ending.bytesDown ?? 0,
      detectMs: this.#detectMs,
      dialMs: this.#dialMs,
      totalMs: performance.now() - this.#start,
      reason: ending.reason,
      verdicts: protocol === null ? this.#decision.verdicts : NO_VERDICTS,
    };
    if (choice?.route.name !== undefined) report.name = choice.route.name;
    if (ending.error !== undefined) report.error = ending.error;
    // What failed before a dial went well; else the error says it.
    if (retried !== "" && ending.reason !== "dial_failed") {
      report.retried = retried;
    }
    if (ending.with !== undefined) report.with = ending.with;
    return Object.freeze(report);
  }
}
