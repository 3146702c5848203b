/**
 * Joining a connection to a target of its upstream: choosing, dialling, and
 * dialling another one when that fails. Until a dial has gone well no byte of
 * the client has left us, so none is lost on the way.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import { targetText } from "../config/targets.ts";
import type { Facts } from "../detect/detector.ts";
import { errorCode, errorText } from "../errors.ts";
import type { Deadlines } from "../net/deadlines.ts";
import { closeQuietly } from "../net/forwarder.ts";
import type { DialAttempt } from "../observe/observer.ts";
import { type DialTarget, isTargetsFault } from "./dial_target.ts";
import { dialledText } from "./named_target.ts";
import type { ReplayedBytes, ReplayOptions } from "./opening_replay.ts";
import type { DialOutcome, TargetHealth } from "./target_health.ts";
import type { TargetMemory } from "./target_memory.ts";
import type { Pick, Upstream } from "./upstream.ts";

/** What {@linkcode Connecting} works with. */
export interface ConnectOptions {
  readonly route: ForwardPlan;
  readonly upstream: Upstream;
  readonly memory: TargetMemory;
  readonly health: TargetHealth;
  readonly dial: DialTarget;
  /** Hears of each dial that was not aborted. Default: nobody. */
  readonly onDial?: ((attempt: DialAttempt) => void) | undefined;
  readonly connection: ConnectionToJoin;
  /** Where timeouts wait. */
  readonly deadlines: Deadlines;
  /** What to say when the upstream has no target. */
  readonly none?: string | undefined;
}

/** The connection that wants a target. */
export interface ConnectionToJoin {
  /** The client's address without the port. */
  readonly client: string;
  /** What the client said, which may name the target. Default: nothing. */
  readonly facts?: Facts;
  /**
   * What must go well with a target that has accepted, before anything is
   * forwarded; when it does not, another target is tried. `null`: nothing.
   *
   * @throws When it does not; the target is closed then, if it was not.
   */
  greet(
    target: Deno.Conn,
    options: () => GreetOptions,
  ): Promise<ReplayedBytes> | null;
}

/** What a greeting may take. */
export type GreetOptions = ReplayOptions;

const NONE: ReadonlySet<number> = new Set();
const NO_FACTS: Facts = Object.freeze({});
const NO_BYTES: ReplayedBytes = Object.freeze({ up: 0, down: 0 });

/** Dials the targets of an upstream until one accepts. Used once. */
export class Connecting {
  readonly #options: ConnectOptions;
  readonly #failures: string[] = [];
  #target: string | null = null;
  #dialling: AbortController | null = null;
  #aborted = false;

  /** Dials nothing yet. */
  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  /** The target that was dialled last, as the config spells it. */
  get target(): string | null {
    return this.#target;
  }

  /** The dials that failed, in words; empty: none. */
  get failures(): string {
    return this.#failures.join("; ");
  }

  /**
   * Dials until a target accepts. Never rejects.
   *
   * @returns The target, to be disposed of; `null`: none accepted, or
   * {@linkcode Connecting.abort} was called.
   */
  async run(): Promise<Joined | null> {
    const { upstream, route, connection: { client } } = this.#options;
    let tried = NONE;
    while (!this.#aborted && tried.size <= route.retries) {
      const pick = upstream.pick(tried, client);
      if (pick === null) {
        const { none } = this.#options;
        if (tried.size === 0 && none !== undefined) this.#failures.push(none);
        break;
      }
      const joined = await this.#dial(pick);
      if (joined !== null) return joined;
      tried = new Set(tried).add(pick.index);
    }
    return null;
  }

  /** Gives up. What is already joined stays so. Idempotent. */
  abort(): void {
    this.#aborted = true;
    this.#dialling?.abort(new DOMException("Closed", "AbortError"));
  }

  async #dial(pick: Pick): Promise<Joined | null> {
    const { dial, route, connection } = this.#options;
    const start = performance.now();
    const use = new TargetUse(pick, this.#options);
    const { facts = NO_FACTS } = connection;
    this.#target = dialledText(pick.target, facts);
    this.#dialling = new AbortController();
    try {
      const conn = await dial(pick.target, {
        timeoutMs: route.connectTimeoutMs,
        controller: this.#dialling,
        deadlines: this.#options.deadlines,
        facts,
      });
      try {
        const { signal } = this.#dialling;
        const greeting = connection.greet(conn, () => ({
          timeoutMs: route.connectTimeoutMs - (performance.now() - start),
          signal,
        }));
        const before = greeting === null ? NO_BYTES : await greeting;
        this.#dialling = null;
        use.settle({ kind: "reached" });
        this.#told(pick, start);
        return new Joined(conn, before, use);
      } catch (error) {
        closeQuietly(conn);
        throw error;
      }
    } catch (error) {
      if (!this.#aborted) {
        this.#failures.push(`${this.#target}: ${errorText(error)}`);
        this.#told(pick, start, errorCode(error));
      }
      use.end(outcomeOf(error));
      return null;
    }
  }

  /** The target by the config, not by what the client named. */
  #told({ target }: Pick, start: number, code?: string): void {
    const { onDial } = this.#options;
    if (onDial === undefined) return;
    const [text, ms] = [targetText(target), performance.now() - start];
    onDial(
      code === undefined ? { target: text, ms } : { target: text, ms, code },
    );
  }
}

/** A target that was joined, to be disposed of in the end. */
export class Joined implements Disposable {
  /** The connection to the target. */
  readonly conn: Deno.Conn;
  /** The bytes that its greeting took. */
  readonly before: ReplayedBytes;
  readonly #use: TargetUse;
  #handedOver = false;

  /** Made by {@linkcode Connecting}. */
  constructor(conn: Deno.Conn, before: ReplayedBytes, use: TargetUse) {
    this.conn = conn;
    this.before = before;
    this.#use = use;
  }

  /** The connection, for who closes it from now on. */
  handOver(): Deno.Conn {
    this.#handedOver = true;
    return this.conn;
  }

  /**
   * Counts the connection no more, and closes it, if it is open and was not
   * handed over. Idempotent.
   */
  [Symbol.dispose](): void {
    if (!this.#handedOver) closeQuietly(this.conn);
    this.#use.end({ kind: "unknown" });
  }
}

/** A connection to a target, counted from the dial to the end. */
class TargetUse {
  readonly #pick: Pick;
  readonly #options: ConnectOptions;
  #settled = false;
  #ended = false;

  constructor(pick: Pick, options: ConnectOptions) {
    this.#pick = pick;
    this.#options = options;
    options.memory.count(pick.slot, 1);
  }

  /** Says how reaching the target went; what is said later counts no more. */
  settle(outcome: DialOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    const { health, route } = this.#options;
    // A single target is dialled whatever is known of it.
    if (route.targets.length === 1) return;
    health.dialled(this.#pick.slot, outcome, this.#pick.trial);
  }

  end(outcome: DialOutcome): void {
    this.settle(outcome);
    if (this.#ended) return;
    this.#ended = true;
    this.#options.memory.count(this.#pick.slot, -1);
  }
}

function outcomeOf(error: unknown): DialOutcome {
  return isTargetsFault(error)
    ? { kind: "failed", why: errorText(error) }
    : { kind: "unknown" };
}
