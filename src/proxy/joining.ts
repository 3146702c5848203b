/**
 * One connection's way to its target: the loop check, the dial, the replay of
 * what the client was told, and the forwarder that joins both.
 *
 * @module
 */
import type { ForwardPlan, TargetPlan } from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import type { CloseReason } from "../errors.ts";
import type { ForwarderResources } from "../net/direction.ts";
import { Forwarder } from "../net/forwarder.ts";
import type { PeekedSource } from "../net/peek.ts";
import { ResetWatch } from "../net/reset_probe.ts";
import type {
  Connecting,
  ConnectionToJoin,
  GreetOptions,
} from "../upstream/connect.ts";
import type { GreetedBytes, Joined } from "../upstream/joined.ts";
import type { Hops, Way } from "../upstream/hops.ts";
import type { Targets } from "../upstream/targets.ts";
import type { ClientOrigin } from "./client_origin.ts";
import { replayOpening } from "./opening_replay.ts";
import type { Replies } from "./replies.ts";

/** What the connections of a listener share. */
export interface JoiningContext {
  readonly hops: Hops;
  readonly targets: Targets;
  /** What the forwarders share. */
  readonly forwarding: ForwarderResources;
}

const NOTHING = new Uint8Array();

/** A connection that was decided about. */
export interface OpenedClient {
  readonly conn: Deno.Conn;
  readonly peeked: PeekedSource;
  readonly origin: ClientOrigin;
  readonly facts: Facts;
  /** What it was told; `null`: nothing. */
  readonly replies: Replies | null;
}

/** Why it is not joined. */
export interface NotJoined {
  readonly reason: CloseReason;
  readonly error?: string;
}

/**
 * Joins a connection to a target of its route: {@linkcode Joining.dial}, then
 * {@linkcode Joining.conclude}. To be disposed of in the end.
 */
export class Joining implements ConnectionToJoin, Disposable {
  readonly #context: JoiningContext;
  readonly #client: OpenedClient;
  readonly #way: Way;
  #route: ForwardPlan | null = null;
  #connecting: Connecting | null = null;
  /** While it dials, nothing is read from the client. */
  #watch: ResetWatch | null = null;
  #header: Uint8Array = NOTHING;
  #joined: Joined | null = null;
  #aborted: CloseReason | null = null;

  constructor(context: JoiningContext, client: OpenedClient) {
    this.#context = context;
    this.#client = client;
    this.#way = context.hops.wayOf(client.conn);
  }

  /** The target that was dialled last, as the config spells it. */
  get target(): string | null {
    return this.#connecting?.target ?? null;
  }

  /** The dials that failed, in words; empty: none. */
  get failures(): string {
    return this.#connecting?.failures ?? "";
  }

  /** For who dials: the client's address without the port. */
  get client(): string {
    return this.#client.origin.address ?? "";
  }

  /** For who dials: what the client said. */
  get facts(): Facts {
    return this.#client.facts;
  }

  /** For who dials: the client may be dialled back to us. */
  dialling(target: TargetPlan): void {
    this.#way.leave(target);
  }

  /** For who dials: it has failed. */
  failed(): void {
    this.#way.stay();
  }

  /** For who dials: what must go well with a target that has accepted. */
  greet(
    target: Deno.Conn,
    { endMs, signal }: GreetOptions,
  ): Promise<GreetedBytes> | null {
    this.#way.enter(target);
    const { peeked, replies } = this.#client;
    if (replies === null) return null;
    const opening = { peeked, replies, header: this.#header };
    const timeoutMs = endMs - performance.now();
    return replayOpening(target, opening, { timeoutMs, signal });
  }

  /** Dials. To be called once. Never rejects. @returns `null`: in vain. */
  dial(route: ForwardPlan): Promise<Joined | null> {
    const { conn, origin, facts } = this.#client;
    this.#route = route;
    if (this.#way.refusal !== null) return Promise.resolve(null);
    const { deadlines } = this.#context.forwarding;
    const onReset = () => this.abort("client_reset");
    this.#watch = new ResetWatch(conn, deadlines, onReset);
    this.#header = origin.opening(route, facts);
    const connecting = this.#context.targets.connect(route, this);
    this.#connecting = connecting;
    if (this.#aborted !== null) connecting.abort();
    return connecting.run();
  }

  /**
   * Says what came of it.
   *
   * @param joined From {@linkcode Joining.dial}.
   * @returns What forwards, which owns both connections once it runs; what is
   * joined is to be disposed of in its stead then.
   */
  conclude(joined: Joined | null): Forwarder | NotJoined {
    const { conn, peeked, replies } = this.#client;
    const { idleTimeoutMs } = this.#route!;
    this.#watch?.cancel();
    this.#joined = joined;
    if (joined === null) return this.#refused();
    return new Forwarder(conn, peeked, joined.handOver(this.#way), {
      idleTimeoutMs,
      shared: this.#context.forwarding,
      before: joined.before,
      // A replayed opening has sent the header with the first request.
      opening: replies === null || replies.passes ? this.#header : undefined,
      filter: replies?.filter(),
    });
  }

  /** Gives up. What is already joined stays so. Idempotent. */
  abort(reason: CloseReason): void {
    this.#aborted ??= reason;
    this.#connecting?.abort();
  }

  /** Counts the connection no more, and notes it no more. Idempotent. */
  [Symbol.dispose](): void {
    this.#way[Symbol.dispose]();
    this.#joined?.[Symbol.dispose]();
  }

  #refused(): NotJoined {
    if (this.#way.refusal !== null) return this.#way.refusal;
    if (this.#aborted !== null) return { reason: this.#aborted };
    return { reason: "dial_failed", error: `Cannot dial ${this.failures}` };
  }
}
