/**
 * The containers that are known.
 *
 * @module
 */
import type { Container } from "./container.ts";
import type { ListedContainer } from "./engine_client.ts";

/** Keeps those that have labels for passthru and run. */
export class ContainerBook {
  readonly #containers = new Map<string, Container>();
  /** How each was in the last list. */
  #listed = new Map<string, string>();

  /** All, in no order. */
  get all(): readonly Container[] {
    return [...this.#containers.values()];
  }

  /** Whether a container is known. */
  has(id: string): boolean {
    return this.#containers.has(id);
  }

  /** Takes what a container is now; `null`: it is gone. */
  put(id: string, container: Container | null): void {
    if (container?.running) this.#containers.set(id, container);
    else this.#containers.delete(id);
  }

  /** Says that nobody knows how a container is; what was known stays. */
  doubt(id: string): void {
    this.#listed.delete(id);
  }

  /**
   * Takes the list of all that run, and forgets those that are not in it.
   *
   * @returns Those that are to be looked at: new ones, those that the list shows
   * otherwise than before, and those whose health Podman's list does not show.
   */
  takeList(listed: readonly ListedContainer[]): string[] {
    const before = this.#listed;
    this.#listed = new Map(
      listed.map(({ id, fingerprint }) => [id, fingerprint]),
    );
    for (const id of this.#containers.keys()) {
      if (!this.#listed.has(id)) this.#containers.delete(id);
    }
    return listed.filter(({ id, fingerprint }) =>
      before.get(id) !== fingerprint ||
      this.#containers.get(id)?.health !== "none"
    ).map(({ id }) => id);
  }

  /** Looks at all again with the next list. */
  forgetList(): void {
    this.#listed.clear();
  }
}
