/**
 * Active checks of targets, each in its own time.
 *
 * @module
 */
import type { HealthPlan, SendProxy, TargetPlan } from "../config/plan.ts";
import { errorText } from "../errors.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { openCheck } from "./check_opening.ts";
import { type DialTarget, isTargetsFault } from "./dial_target.ts";

/** Longest wait before the first check, so that not all come at once, in ms. */
const FIRST_CHECK_MS = 1_000;
/** How far a pause is from the interval at most, as a part of it. */
const JITTER = 0.1;
/** Longest timer that the runtime keeps, in ms; a longer one fires at once. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;

/** A target to check. */
export interface CheckedTarget {
  readonly target: TargetPlan;
  readonly health: HealthPlan;
  /** The PROXY header that it wants. Default: none. */
  readonly sendProxy?: SendProxy | undefined;
  /** Hears of each check. @param why `null`: it passed. */
  readonly onResult: (why: string | null) => void;
}

/** What {@linkcode HealthChecks} works with. */
export interface HealthCheckOptions {
  readonly dial: DialTarget;
  /** As `Math.random`. */
  readonly random: () => number;
}

/**
 * Connects to each target again and again, and closes at once, behind the PROXY
 * header of a check where the target wants one. A check that
 * fails for a reason of ours (no more descriptors) says nothing.
 */
export class HealthChecks {
  readonly #targets: readonly CheckedTarget[];
  readonly #options: HealthCheckOptions;
  readonly #stops = new Set<() => void>();
  #watching: Promise<void>[] = [];
  #stopped = false;

  /** Checks nothing yet. */
  constructor(targets: readonly CheckedTarget[], options: HealthCheckOptions) {
    this.#targets = targets;
    this.#options = options;
  }

  /** Starts to check. To be called once. */
  start(): void {
    this.#watching = this.#targets.map((target) => this.#watch(target));
  }

  /** Stops at once; nothing is heard of any more. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    await Promise.all(this.#watching);
  }

  async #watch(checked: CheckedTarget): Promise<void> {
    const { intervalMs } = checked.health;
    const { random } = this.#options;
    await this.#pause(random() * Math.min(intervalMs, FIRST_CHECK_MS));
    while (!this.#stopped) {
      await this.#check(checked);
      await this.#pause(intervalMs * (1 + JITTER * (2 * random() - 1)));
    }
  }

  async #check(checked: CheckedTarget): Promise<void> {
    const { target, health, sendProxy, onResult } = checked;
    const controller = new AbortController();
    const stop = () =>
      controller.abort(new DOMException("Closed", "AbortError"));
    this.#stops.add(stop);
    let why: string | null = null;
    try {
      const { timeoutMs } = health;
      const { dial } = this.#options;
      const conn = await dial(target, { timeoutMs, controller });
      await openCheck(conn, sendProxy).finally(() => closeQuietly(conn));
    } catch (error) {
      if (!isTargetsFault(error)) return;
      why = errorText(error);
    } finally {
      this.#stops.delete(stop);
    }
    if (!this.#stopped) onResult(why);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, LONGEST_PAUSE_MS));
    this.#stops.add(resolve);
    await promise;
    this.#stops.delete(resolve);
    clearTimeout(timer);
  }
}
