/**
 * One connection's way to its target: the loop check, the dial, the replay of
 * what the client was told, and the forwarder that joins both.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import type { CloseReason } from "../errors.ts";
import type { ForwarderResources } from "../net/direction.ts";
import { Forwarder } from "../net/forwarder.ts";
import type { PeekedSource } from "../net/peek.ts";
import type { ClientOrigin } from "./client_origin.ts";
import type { Connecting, Joined } from "./connect.ts";
import type { Hops, Way } from "./hops.ts";
import { replayOpening } from "./opening_replay.ts";
import type { Replies } from "./replies.ts";
import type { Targets } from "./targets.ts";

/** What the connections of a listener share. */
export interface JoiningContext {
  readonly hops: Hops;
  readonly targets: Targets;
  /** What the forwarders share. */
  readonly forwarding: ForwarderResources;
}

/** The connection to join. */
export interface ClientToJoin {
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

/** Joins a connection to a target of its route. To be disposed of in the end. */
export class Joining implements Disposable {
  readonly #context: JoiningContext;
  readonly #route: ForwardPlan;
  #way: Way | null = null;
  #connecting: Connecting | null = null;
  #joined: Joined | null = null;
  #aborted: CloseReason | null = null;

  constructor(context: JoiningContext, route: ForwardPlan) {
    this.#context = context;
    this.#route = route;
  }

  /** The target that was dialled last, as the config spells it. */
  get target(): string | null {
    return this.#connecting?.target ?? null;
  }

  /** The dials that failed, in words; empty: none. */
  get failures(): string {
    return this.#connecting?.failures ?? "";
  }

  /**
   * Joins. To be called once.
   *
   * @returns What forwards, which owns both connections once it runs.
   */
  async run(client: ClientToJoin): Promise<Forwarder | NotJoined> {
    const way = this.#way = this.#context.hops.wayOf(client.conn);
    if (way.refusal !== null) return way.refusal;
    const { peeked, origin, facts, replies } = client;
    const header = origin.opening(this.#route, facts);
    const connecting = this.#context.targets.connect(this.#route, {
      client: origin.ends.source.hostname,
      facts,
      greet: (target, options) => {
        way.enter(target);
        return replies === null
          ? null
          : replayOpening(target, { peeked, replies, header }, options());
      },
    });
    this.#connecting = connecting;
    if (this.#aborted !== null) connecting.abort();
    const joined = this.#joined = await connecting.run();
    if (joined === null) {
      if (this.#aborted !== null) return { reason: this.#aborted };
      const error = `Cannot dial ${connecting.failures}`;
      return { reason: "dial_failed", error };
    }
    return new Forwarder(client.conn, peeked, joined.handOver(), {
      idleTimeoutMs: this.#route.idleTimeoutMs,
      shared: this.#context.forwarding,
      before: joined.before,
      // Who was told something has sent the header with the first request.
      opening: replies === null ? header : undefined,
    });
  }

  /** Gives up. What is already joined stays so. Idempotent. */
  abort(reason: CloseReason): void {
    this.#aborted ??= reason;
    this.#connecting?.abort();
  }

  /** Counts the connection no more, and notes it no more. Idempotent. */
  [Symbol.dispose](): void {
    this.#way?.[Symbol.dispose]();
    this.#joined?.[Symbol.dispose]();
  }
}
