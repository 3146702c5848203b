/**
 * Places of the original whose rules decide about no connection.
 *
 * @module
 */
import { comparePlaces, type Origin, placeOf } from "../origin.ts";

/** A place whose rules decide about no connection. */
export interface Unreached {
  readonly origin: Origin;
  /** A protocol that its rules are about; `null`: they contradict themselves. */
  readonly protocol: string | null;
  /** The place that matches first; `null`: there are several, or none. */
  readonly by: Origin | null;
}

/** What is said of rules that decide about no connection. */
export function unreachedText(
  { protocol, by }: Unreached,
  subject = "This rule",
): string {
  if (protocol === null) {
    return `${subject} decides about no connection here: it is left out`;
  }
  const first = by === null
    ? "rules before it do"
    : `${placeOf(by)} matches first`;
  return `${subject} never matches, because ${first}: it is left out`;
}

/** Collects which places decide, and what is before the others. */
export class Reached {
  readonly #decided = new Set<Origin>();
  readonly #covered = new Map<Origin, Unreached>();

  /** The rules of a place decide, or something else is said of them. */
  add(origin: Origin): void {
    this.#decided.add(origin);
  }

  /**
   * A rule of a place comes too late.
   *
   * @param by The place of the rule before it; `null`: it takes several.
   */
  addCovered(
    origin: Origin,
    { protocol, by }: { readonly protocol: string; readonly by: Origin | null },
  ): void {
    const known = this.#covered.get(origin);
    if (by !== null && comparePlaces(origin, by) === 0) this.add(origin);
    else if (known === undefined) {
      this.#covered.set(origin, { origin, protocol, by });
    } else if (known.by !== null && known.by !== by) {
      this.#covered.set(origin, { ...known, by: null });
    }
  }

  /** Those places that do not decide. */
  unreached(origins: Iterable<Origin>): Unreached[] {
    return [...new Set(origins)].filter((origin) => !this.#decided.has(origin))
      .map((origin) =>
        this.#covered.get(origin) ?? { origin, protocol: null, by: null }
      );
  }
}
