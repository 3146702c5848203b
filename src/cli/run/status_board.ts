/**
 * Whether the process takes connections, and who hears of changes.
 *
 * @module
 */
import type { Status } from "../../admin/api.ts";

/** Knows the status, and tells that something which the admin API shows changed. */
export class StatusBoard {
  readonly #listeners = new Set<() => void>();
  #status: Status = "starting";

  /** Whether connections are taken. */
  get status(): Status {
    return this.#status;
  }

  /** Changes the status. */
  become(status: Status): void {
    this.#status = status;
    this.changed();
  }

  /** Tells everybody that something changed. */
  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Tells a listener of changes, until the function given is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
