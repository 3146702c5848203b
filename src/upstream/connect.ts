/**
 * Joining a connection to a target of its upstream: choosing, dialling, and
 * dialling another one when that fails. Until a dial has gone well no byte of
 * the client has left us, so none is lost on the way.
 *
 * @module
 */
import type { ForwardPlan, TargetPlan } from "../config/plan.ts";
import { targetText } from "../config/targets.ts";
import type { Facts } from "../detect/detector.ts";
import { errorCode, errorText } from "../errors.ts";
import type { Deadlines } from "../net/deadlines.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import type { DialAttempt } from "../observe/observer.ts";
import { type DialTarget, isTargetsFault } from "./dial_target.ts";
import { noteFailed, noteReached } from "./last_dial.ts";
import { dialledText } from "./named_target.ts";
import type { DialOutcome } from "./dial_outcome.ts";
import type { TargetHealth } from "./target_health.ts";
import { type GreetedBytes, Joined } from "./joined.ts";
import type { TargetMemory } from "./target_memory.ts";
import type { Pick, Upstream } from "./upstream.ts";

/** What {@linkcode Connecting} works with: the same for all of an upstream. */
export interface ConnectOptions {
  readonly route: ForwardPlan;
  readonly upstream: Upstream;
  readonly memory: TargetMemory;
  readonly health: TargetHealth;
  readonly dial: DialTarget;
  /** Hears of each dial that was not aborted. Default: nobody. */
  readonly onDial?: ((attempt: DialAttempt) => void) | undefined;
  /** Hears that there was no descriptor for a dial. Default: nobody. */
  readonly onScarce?: (() => void) | undefined;
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
  /** Hears that a target is dialled, before `greet` or `failed`. */
  dialling?(target: TargetPlan): void;
  /** Hears that a dial, or what had to go well after it, has failed. */
  failed?(): void;
  /**
   * What must go well with a target that has accepted, before anything is
   * forwarded; when it does not, another target is tried. `null`: nothing.
   *
   * @throws When it does not; the target is closed then, if it was not.
   */
  greet(
    target: Deno.Conn,
    options: GreetOptions,
  ): Promise<GreetedBytes> | null;
}

/** What a greeting may take. */
export interface GreetOptions {
  /** When it has to be done, on the clock of `performance.now`. */
  readonly endMs: number;
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
}

const NONE: ReadonlySet<number> = new Set();
const NO_FACTS: Facts = Object.freeze({});
const NO_BYTES: GreetedBytes = Object.freeze({ up: 0, down: 0 });

/** Dials the targets of an upstream until one accepts. Used once. */
export class Connecting {
  readonly #options: ConnectOptions;
  readonly #connection: ConnectionToJoin;
  #failures = "";
  #target: string | null = null;
  #dialling: AbortController | null = null;
  #aborted = false;

  /** Dials nothing yet. */
  constructor(options: ConnectOptions, connection: ConnectionToJoin) {
    this.#options = options;
    this.#connection = connection;
  }

  /** The target that was dialled last, as the config spells it. */
  get target(): string | null {
    return this.#target;
  }

  /** The dials that failed, in words; empty: none. */
  get failures(): string {
    return this.#failures;
  }

  /**
   * Dials until a target accepts. Never rejects.
   *
   * One function on purpose: each further `async` one would cost every
   * connection a promise and a frame.
   *
   * @returns The target, to be disposed of; `null`: none accepted, or
   * {@linkcode Connecting.abort} was called.
   */
  async run(): Promise<Joined | null> {
    const { memory, route } = this.#options;
    let tried = NONE;
    for (;;) {
      const pick = this.#pick(tried);
      if (pick === null) return null;
      const start = performance.now();
      const controller = this.#dialling = new AbortController();
      memory.count(pick.slot, 1);
      let conn: Deno.Conn | null = null;
      this.#connection.dialling?.(pick.target);
      try {
        conn = await this.#dial(pick.target, controller);
        const greeting = this.#connection.greet(conn, {
          endMs: start + route.connectTimeoutMs,
          signal: controller.signal,
        });
        const before = greeting === null ? NO_BYTES : await greeting;
        this.#dialling = null;
        this.#dialled(pick, { kind: "reached" });
        this.#told(pick, start);
        return new Joined(conn, {
          target: this.#target!,
          failures: this.#failures,
          before,
          memory,
          slot: pick.slot,
        });
      } catch (error) {
        if (conn !== null) closeQuietly(conn);
        this.#connection.failed?.();
        this.#failed(pick, start, error);
        memory.count(pick.slot, -1);
      }
      tried = new Set(tried).add(pick.index);
    }
  }

  /** Gives up. What is already joined stays so. Idempotent. */
  abort(): void {
    this.#aborted = true;
    this.#dialling?.abort(new DOMException("Closed", "AbortError"));
  }

  /** @returns `null`: no target is to be dialled any more. */
  #pick(tried: ReadonlySet<number>): Pick | null {
    const { upstream, route, none } = this.#options;
    if (this.#aborted || tried.size > route.retries) return null;
    const pick = upstream.pick(tried, this.#connection.client);
    if (pick === null && tried.size === 0 && none !== undefined) {
      this.#failures = none;
    }
    return pick;
  }

  #dial(target: TargetPlan, controller: AbortController): Promise<Deno.Conn> {
    const { dial, route, deadlines } = this.#options;
    const { facts = NO_FACTS } = this.#connection;
    this.#target = dialledText(target, facts);
    const timeoutMs = route.connectTimeoutMs;
    return dial(target, { timeoutMs, controller, deadlines, facts });
  }

  #failed(pick: Pick, start: number, error: unknown): void {
    if (errorCode(error) === "EMFILE") this.#options.onScarce?.();
    if (!this.#aborted) {
      const failure = `${this.#target}: ${errorText(error)}`;
      this.#failures += this.#failures === "" ? failure : `; ${failure}`;
      this.#told(pick, start, errorCode(error));
    }
    this.#dialled(pick, outcomeOf(error));
  }

  /** Says how reaching the target went. */
  #dialled({ slot, target, trial }: Pick, outcome: DialOutcome): void {
    const { health, memory, route } = this.#options;
    // What one client names says nothing about the next one's.
    if (target.kind !== "dynamic") {
      if (outcome.kind === "reached") noteReached(memory, slot);
      else if (outcome.kind === "failed") {
        noteFailed(memory, slot, outcome.code);
      }
    }
    // A single target is dialled whatever is known of it.
    if (route.targets.length > 1) health.dialled(slot, outcome, trial);
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

function outcomeOf(error: unknown): DialOutcome {
  return isTargetsFault(error)
    ? { kind: "failed", code: errorCode(error), why: errorText(error) }
    : { kind: "unknown" };
}
