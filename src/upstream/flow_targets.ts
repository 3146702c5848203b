/**
 * The targets of flows of datagrams, which are not dialled: how they are chosen,
 * counted, and found to be down.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import type { DialAttempt } from "../observe/observer.ts";
import type { ConnectOptions } from "./connect.ts";
import type { DialOutcome } from "./dial_outcome.ts";
import type { TargetMemory } from "./target_memory.ts";
import type { Pick } from "./upstream.ts";

const NONE_TRIED: ReadonlySet<number> = new Set();

/** What {@linkcode FlowTargets} needs. */
export interface FlowTargetsOptions {
  /** What a route's targets are chosen by now. */
  readonly at: (route: ForwardPlan) => ConnectOptions;
  readonly memory: TargetMemory;
  /** Hears of each flow that gets a target. Default: nobody. */
  readonly onDial?: ((attempt: DialAttempt) => void) | undefined;
}

/** The targets of a data plane for datagrams. */
export class FlowTargets {
  readonly #options: FlowTargetsOptions;

  constructor(options: FlowTargetsOptions) {
    this.#options = options;
  }

  /**
   * Chooses a target for a flow.
   *
   * @param client The client's address without the port.
   * @returns A text says why there is none.
   */
  choose(route: ForwardPlan, client: string): Pick | string {
    const { upstream, none } = this.#options.at(route);
    return upstream.pick(NONE_TRIED, client) ?? none ?? "no target";
  }

  /** Counts a flow to a target that begins (1) or ends (-1). */
  count({ slot }: Pick, change: 1 | -1): void {
    this.#options.memory.count(slot, change);
  }

  /** Tells of a target that a flow was sent to, or could not be. */
  told(attempt: DialAttempt): void {
    this.#options.onDial?.(attempt);
  }

  /** Whether a route has a list of targets, so that one may be left alone. */
  hasOthers(route: ForwardPlan): boolean {
    return this.#options.at(route).route.targets.length > 1;
  }

  /** Takes in whether a target has answered a flow, of a route with others. */
  answered(
    route: ForwardPlan,
    { slot, trial }: Pick,
    outcome: DialOutcome,
  ): void {
    this.#options.at(route).health.dialled(slot, outcome, trial);
  }
}
