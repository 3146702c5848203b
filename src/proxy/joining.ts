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
import type {
  Connecting,
  ConnectionToJoin,
  GreetOptions,
  Joined,
} from "./connect.ts";
import type { Hops, Way } from "./hops.ts";
import { type ReplayedBytes, replayOpening } from "./opening_replay.ts";
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
  /** `null` once it has come to an end: what it took is not held any longer. */
  #connecting: Connecting | null = null;
  #joined: Joined | null = null;
  #target: string | null = null;
  #failures = "";
  #aborted: CloseReason | null = null;

  constructor(context: JoiningContext, route: ForwardPlan) {
    this.#context = context;
    this.#route = route;
  }

  /** The target that was dialled last, as the config spells it. */
  get target(): string | null {
    return this.#connecting?.target ?? this.#target;
  }

  /** The dials that failed, in words; empty: none. */
  get failures(): string {
    return this.#connecting?.failures ?? this.#failures;
  }

  /**
   * Joins. To be called once. Never rejects.
   *
   * @returns What forwards, which owns both connections once it runs.
   */
  run(client: ClientToJoin): Promise<Forwarder | NotJoined> {
    const way = this.#way = this.#context.hops.wayOf(client.conn);
    if (way.refusal !== null) return Promise.resolve(way.refusal);
    const header = client.origin.opening(this.#route, client.facts);
    const dialledFor = new DialledFor(client, way, header);
    const connecting = this.#context.targets.connect(this.#route, dialledFor);
    this.#connecting = connecting;
    if (this.#aborted !== null) connecting.abort();
    return connecting.run().then((joined) =>
      this.#concluded(joined, client, dialledFor.opening)
    );
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

  #concluded(
    joined: Joined | null,
    { conn, peeked }: ClientToJoin,
    opening: Uint8Array | undefined,
  ): Forwarder | NotJoined {
    this.#joined = joined;
    this.#target = this.target;
    this.#failures = this.failures;
    this.#connecting = null;
    if (joined === null) {
      if (this.#aborted !== null) return { reason: this.#aborted };
      return { reason: "dial_failed", error: `Cannot dial ${this.#failures}` };
    }
    return new Forwarder(conn, peeked, joined.handOver(), {
      idleTimeoutMs: this.#route.idleTimeoutMs,
      shared: this.#context.forwarding,
      before: joined.before,
      opening,
    });
  }
}

/** The client as those see it who dial for it. */
class DialledFor implements ConnectionToJoin {
  readonly #client: ClientToJoin;
  readonly #way: Way;
  readonly #header: Uint8Array;

  constructor(client: ClientToJoin, way: Way, header: Uint8Array) {
    this.#client = client;
    this.#way = way;
    this.#header = header;
  }

  get client(): string {
    return this.#client.origin.address ?? "";
  }

  get facts(): Facts {
    return this.#client.facts;
  }

  /** What the target gets before the client's bytes. */
  get opening(): Uint8Array | undefined {
    // Who was told something has sent the header with the first request.
    return this.#client.replies === null ? this.#header : undefined;
  }

  greet(
    target: Deno.Conn,
    { endMs, signal }: GreetOptions,
  ): Promise<ReplayedBytes> | null {
    this.#way.enter(target);
    const { peeked, replies } = this.#client;
    if (replies === null) return null;
    const opening = { peeked, replies, header: this.#header };
    const timeoutMs = endMs - performance.now();
    return replayOpening(target, opening, { timeoutMs, signal });
  }
}
