/**
 * Making the generations that serve a Plan: one for its connections, and one for
 * its datagrams.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { partOf } from "../config/routes.ts";
import { Generation, type GenerationOptions } from "./generation.ts";
import { planeCount } from "./plane_count.ts";
import type { SupervisorOptions } from "./supervisor_options.ts";

/** What {@linkcode GenerationMaker} needs: what generations have in common. */
export type GenerationMakerOptions =
  & Pick<
    SupervisorOptions,
    | "makePlane"
    | "makeDatagramPlane"
    | "logger"
    | "reserve"
    | "cores"
    | "isCounted"
    | "isObserved"
    | "onFailure"
  >
  & Required<Pick<GenerationOptions, "memory" | "watch" | "counts" | "onLoss">>;

/** Which one it is, and which one it takes over from. */
type Place = Pick<GenerationOptions, "number" | "before">;

/** Makes generations. */
export class GenerationMaker {
  readonly #options: GenerationMakerOptions;

  /** Makes none yet. */
  constructor(options: GenerationMakerOptions) {
    this.#options = options;
  }

  /** What is to serve the connections of a Plan. */
  make(plan: Plan, place: Place): Generation {
    const { makePlane, cores } = this.#options;
    // All of its servers may be for datagrams.
    const size = plan.listeners.length === 0 ? 0 : planeCount(plan, cores);
    return this.#make(plan, { ...place, size, makePlane });
  }

  /**
   * What is to serve the datagrams of a Plan. Once there was something that did,
   * there always is: it has flows, and sockets that a later Plan may want again.
   *
   * @param plan All of it.
   */
  makeDatagrams(plan: Plan, place: Place): Generation | null {
    const { makeDatagramPlane: makePlane } = this.#options;
    const udp = partOf(plan, "udp");
    if (udp.listeners.length === 0 && place.before === null) return null;
    if (makePlane === undefined) {
      throw new TypeError("Nothing here serves datagrams");
    }
    return this.#make(udp, { ...place, size: 1, makePlane, transport: "udp" });
  }

  #make(
    plan: Plan,
    own: Place & Pick<GenerationOptions, "size" | "makePlane" | "transport">,
  ): Generation {
    const { isObserved, isCounted, onFailure, ...shared } = this.#options;
    const { memory, reserve, logger, onLoss } = shared;
    return new Generation({
      ...own,
      plan,
      memory,
      reserve,
      logger,
      onLoss,
      watch: isObserved?.(plan) ? shared.watch : undefined,
      counts: isCounted?.(plan) ? shared.counts : undefined,
      onCrashLoop: onFailure,
    });
  }
}
