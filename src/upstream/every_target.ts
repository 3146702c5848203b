/**
 * Reaching all targets of some routes, for what is not forwarded to one of them.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import {
  distinctTargets,
  type RouteTarget,
  targetText,
} from "../config/targets.ts";
import { errorCode } from "../errors.ts";
import type { Deadlines } from "../net/deadlines.ts";
import type { DialOptions } from "../net/dial.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { Turns } from "../net/turns.ts";
import type { DialAttempt } from "../observe/observer.ts";
import { dialTarget } from "./dial_target.ts";

/** Most targets that are reached at the same time, for all connections. */
const MAX_AT_ONCE = 32;

/** What {@linkcode EveryTarget} works with. */
export interface EveryTargetOptions {
  /** A route of the Plan with the targets that it has now. */
  readonly current: (route: ForwardPlan) => ForwardPlan;
  /** Hears of each dial. Default: nobody. */
  readonly onDial: ((attempt: DialAttempt) => void) | undefined;
  /** Where timeouts wait. */
  readonly deadlines: Deadlines;
}

/** The targets of a data plane, to be reached each by itself. */
export class EveryTarget {
  readonly #options: EveryTargetOptions;
  readonly #turns = new Turns(MAX_AT_ONCE);

  /** Reaches nothing yet. */
  constructor(options: EveryTargetOptions) {
    this.#options = options;
  }

  /**
   * The targets of routes as they are now, each once: whatever is known of their
   * health, and those that get no connections, since they may have had some.
   */
  of(routes: readonly ForwardPlan[]): RouteTarget[] {
    return distinctTargets(routes.map(this.#options.current));
  }

  /**
   * Dials a target when it is its turn, and closes it when `use` is done.
   *
   * @throws What the dial throws, and `use`.
   */
  async reach(
    { target }: RouteTarget,
    options: Omit<DialOptions, "deadlines">,
    use: (conn: Deno.Conn) => Promise<void>,
  ): Promise<void> {
    await this.#turns.take();
    try {
      options.controller.signal.throwIfAborted();
      const conn = await this.#dial(target, options);
      await use(conn).finally(() => closeQuietly(conn));
    } finally {
      this.#turns.giveBack();
    }
  }

  async #dial(
    target: RouteTarget["target"],
    options: Omit<DialOptions, "deadlines">,
  ): Promise<Deno.Conn> {
    const { deadlines, onDial } = this.#options;
    const start = performance.now();
    const attempt = () => ({
      target: targetText(target),
      ms: performance.now() - start,
    });
    try {
      const conn = await dialTarget(target, { ...options, deadlines });
      onDial?.(attempt());
      return conn;
    } catch (error) {
      if (!options.controller.signal.aborted) {
        onDial?.({ ...attempt(), code: errorCode(error) });
      }
      throw error;
    }
  }
}
