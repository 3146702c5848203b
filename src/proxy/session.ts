/**
 * One connection, from accept to report.
 *
 * @module
 */
import type { ForwardPlan, RejectPlan } from "../config/plan.ts";
import { type CloseReason, errorText } from "../errors.ts";
import { prepareTcp } from "../net/dial.ts";
import { closeQuietly, Forwarder } from "../net/forwarder.ts";
import { PeekedSource, type PeekEnd } from "../net/peek.ts";
import type { RingBufferPool } from "../net/ring_buffer.ts";
import type {
  KeptOpening,
  Observer,
  OpenConnection,
  Phase,
} from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import { Connection } from "../rule/connection.ts";
import { ClientOrigin } from "./client_origin.ts";
import type { Hops } from "./hops.ts";
import type { AcceptProxy } from "./proxy_intake.ts";
import { replayOpening } from "./opening_replay.ts";
import { Replies } from "./replies.ts";
import type { Connecting } from "./connect.ts";
import { Rejection } from "./rejection.ts";
import { type Outcome, RouteDecision, UNDECIDED } from "./route_decision.ts";
import type { Router } from "./router.ts";
import type { Targets } from "./targets.ts";

/** What the sessions of a listener share. */
export interface SessionContext {
  /** The listener, as the config spells it. */
  readonly listener: string;
  readonly hops: Hops;
  readonly router: Router;
  readonly targets: Targets;
  readonly pool: RingBufferPool;
  /** Total time to identify a connection, in milliseconds. */
  readonly detectTimeoutMs: number;
  /** From whom PROXY headers are taken; `null`: from nobody. */
  readonly acceptProxy: AcceptProxy | null;
  /** What the names of the connections start with. */
  readonly idPrefix: string;
  readonly observer: Observer;
}

/** What is a session's own. */
export interface SessionOptions {
  /** Number of the connection in this process. */
  readonly id: number;
  /**
   * Hears the client's IP address once it is known, and says which limit keeps
   * it out.
   */
  readonly identify: (address: string) => string | null;
}

/** How a connection ended, as far as it came. */
interface Ending {
  readonly reason: CloseReason;
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  readonly error?: string;
  readonly with?: string;
}

const NO_BYTES = Object.freeze({ up: 0, down: 0 });

/**
 * Serves one connection: peek, identify, route, dial, forward. Owns the
 * connection and whatever it opens, and has closed all when `run` resolves.
 */
export class Session implements OpenConnection {
  /** Number of the connection in this process. */
  readonly id: number;
  readonly #client: Deno.Conn;
  readonly #context: SessionContext;
  readonly #decision: RouteDecision;
  readonly #peeked: PeekedSource;
  /** Who the client is: its one address for rules, reports and targets. */
  readonly #origin: ClientOrigin;
  readonly #replies: Replies;
  readonly #acceptedAt = Date.now();
  readonly #start = performance.now();
  #detectMs: number | null = null;
  #dialMs: number | null = null;
  #outcome: Outcome | null = null;
  #connecting: Connecting | null = null;
  #forwarder: Forwarder | null = null;
  readonly #rejection: Rejection;
  #closed: CloseReason | null = null;
  #opening: KeptOpening | null = null;

  constructor(
    client: Deno.Conn,
    context: SessionContext,
    options: SessionOptions,
  ) {
    const { id, identify } = options;
    this.id = id;
    this.#client = client;
    this.#context = context;
    this.#peeked = new PeekedSource(client, context.pool);
    this.#origin = new ClientOrigin(client, {
      acceptProxy: context.acceptProxy,
      capacity: context.pool.capacity,
      uniqueId: `${context.idPrefix}-${id}`,
      identify,
    });
    this.#replies = new Replies(client);
    this.#decision = new RouteDecision({
      router: context.router,
      replies: this.#replies,
      connection: () => new Connection(this.#origin.address, this.#acceptedAt),
    });
    this.#rejection = new Rejection(client, this.#peeked);
  }

  /** Where it is in its way. */
  get phase(): Phase {
    if (this.#forwarder !== null) return "forwarding";
    if (this.#connecting !== null) return "dialling";
    return this.#outcome?.choice?.route.action === "REJECT"
      ? "rejecting"
      : "peeking";
  }

  /** Bytes up and down so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return this.#forwarder?.bytes ?? NO_BYTES;
  }

  /** What it was identified by, as far as the observer wants it kept. */
  get opening(): KeptOpening | null {
    return this.#opening;
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
      return this.#report(await this.#serve());
    } catch (error) {
      return this.#report({
        reason: "internal_error",
        error: error instanceof Error
          ? error.stack ?? error.message
          : String(error),
      });
    } finally {
      closeQuietly(this.#client);
      this.#peeked.dispose();
    }
  }

  /** Ends the connection now. Idempotent. */
  close(reason: CloseReason): void {
    this.#closed ??= reason;
    if (this.#forwarder !== null) this.#forwarder.close(reason);
    else {
      this.#connecting?.abort();
      closeQuietly(this.#client);
    }
  }

  /** The server accepts no more: who is only held need not be waited for. */
  drain(): void {
    this.#rejection.drain();
  }

  async #serve(): Promise<Ending> {
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
    return await this.#forward(choice.route);
  }

  /** Tells who watches, and keeps what the connection can be explained by. */
  #detected(end: PeekEnd | null): void {
    const { listener, observer } = this.#context;
    const { keepOpeningBytes = 0 } = observer;
    const { peeked } = this.#peeked;
    if (keepOpeningBytes > 0 && peeked.length > 0) {
      const cut = peeked.length > keepOpeningBytes;
      this.#opening = { bytes: peeked.slice(0, keepOpeningBytes), cut, end };
    }
    observer.detected?.(listener, this);
  }

  async #forward(route: ForwardPlan): Promise<Ending> {
    const start = performance.now();
    using way = this.#context.hops.wayOf(this.#client);
    if (way.refusal !== null) return way.refusal;
    const { facts } = this.#outcome!;
    const header = this.#origin.opening(route, facts);
    const opening = { peeked: this.#peeked, replies: this.#replies, header };
    const connecting = this.#context.targets.connect(route, {
      client: this.#origin.ends.source.hostname,
      facts,
      greet: (target, options) => {
        way.enter(target);
        return replayOpening(target, opening, options);
      },
    });
    this.#connecting = connecting;
    if (this.#closed !== null) connecting.abort();
    using joined = await connecting.run();
    this.#dialMs = performance.now() - start;
    if (joined === null) {
      if (this.#closed !== null) return { reason: this.#closed };
      const error = `Cannot dial ${connecting.failures}`;
      return { reason: "dial_failed", error };
    }
    const forwarder = new Forwarder(this.#client, this.#peeked, joined.conn, {
      idleTimeoutMs: route.idleTimeoutMs,
      before: joined.before,
      ...(this.#replies.given.length > 0 ? {} : { opening: header }),
    });
    this.#forwarder = forwarder;
    if (this.#closed !== null) forwarder.close(this.#closed);
    return await forwarder.run();
  }

  async #reject({ with: how }: RejectPlan): Promise<Ending> {
    if (how === undefined) return { reason: "rejected" };
    const done = await this.#rejection.run(how, {
      ...this.#outcome!,
      ...this.#decision.seen,
      view: this.#peeked.peeked,
      nowMs: Date.now(),
    });
    return { reason: "rejected", with: done };
  }

  #report(ending: Ending): Report {
    const { protocol, facts, choice } = this.#outcome ?? UNDECIDED;
    const route = choice?.route;
    return Object.freeze({
      id: this.id,
      acceptedAt: this.#acceptedAt,
      listener: this.#context.listener,
      ...this.#origin.reported,
      protocol,
      facts,
      rule: choice?.rule ?? null,
      target: this.#connecting?.target ?? null,
      bytesUp: ending.bytesUp ?? 0,
      bytesDown: ending.bytesDown ?? 0,
      detectMs: this.#detectMs,
      dialMs: this.#dialMs,
      totalMs: performance.now() - this.#start,
      reason: ending.reason,
      ...(route?.name === undefined ? {} : { name: route.name }),
      ...(ending.error === undefined ? {} : { error: ending.error }),
      ...this.#retried(ending.reason),
      ...(ending.with === undefined ? {} : { with: ending.with }),
      verdicts: protocol === null ? this.#decision.verdicts : [],
    });
  }

  /** What failed before a dial went well; else the error says it. */
  #retried(reason: CloseReason): Pick<Report, "retried"> {
    const retried = this.#connecting?.failures ?? "";
    return retried === "" || reason === "dial_failed" ? {} : { retried };
  }
}
