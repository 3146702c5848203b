/**
 * Telling why routes of containers are left out, once each.
 *
 * @module
 */
import { shortId } from "../../containers/container.ts";
import type { Refusal } from "../../containers/wanted_route.ts";
import type { Logger } from "../../observe/log.ts";

/** Most refusals that are told at a time; one container can have many. */
const MAX_TOLD = 100;
/** Longest reason, in characters. */
const MAX_REASON_LENGTH = 1_000;

/** Remembers what was told, as long as it holds. */
export class RefusalLog {
  readonly #logger: Logger;
  #told = new Set<string>();

  /** Tells nothing yet. */
  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Takes all refusals that hold now, and tells those that are new. */
  tell(refusals: readonly Refusal[]): void {
    const before = this.#told;
    this.#told = new Set(refusals.map(keyOf));
    const fresh = refusals.filter((refusal) => !before.has(keyOf(refusal)));
    for (const { container, route, reason } of fresh.slice(0, MAX_TOLD)) {
      this.#logger.log("warn", "route left out", {
        container: container.name,
        id: shortId(container.id),
        ...(route === null || route === "" ? {} : { route }),
        reason: reason.slice(0, MAX_REASON_LENGTH),
      });
    }
    const more = fresh.length - MAX_TOLD;
    if (more > 0) this.#logger.log("warn", "more routes left out", { more });
  }
}

function keyOf({ container, route, reason }: Refusal): string {
  return JSON.stringify([container.id, route, reason]);
}
