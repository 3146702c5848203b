/**
 * Which containers are to be looked at.
 *
 * @module
 */

/** How many are remembered one by one; of more, all are looked at. */
const MAX_IDS = 1_000;

/** What there is to look at: some containers, or all. */
export type Look = "all" | readonly string[];

/** Collects what there is to look at, in bounded memory. */
export class Pending {
  #ids = new Set<string>();
  #all = false;
  #wake: (() => void) | null = null;

  /** Adds containers, or all. */
  add(look: Look): void {
    if (look === "all") this.#all = true;
    else for (const id of look) this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) this.#all = true;
    if (this.#all) this.#ids.clear();
    if (this.#all || this.#ids.size > 0) this.#wake?.();
  }

  /** Resolves when there is something. For one caller at a time. */
  async some(): Promise<void> {
    if (this.#all || this.#ids.size > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  /** Takes all that there is. */
  take(): Look {
    const look = this.#all ? "all" : [...this.#ids];
    this.#all = false;
    this.#ids = new Set();
    return look;
  }
}
