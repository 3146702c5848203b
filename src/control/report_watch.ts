/**
 * Who wants to hear of each connection that has ended.
 *
 * @module
 */
import type { ReportListener } from "../observe/report_batches.ts";

/** What a data plane is told about who observes it. May be sent to a worker. */
export interface Observing {
  /** Number of its generation. */
  readonly generation: number;
  /** Its number there, from 0. */
  readonly worker: number;
  /** How many watch the reports (`Int32`), shared by all. */
  readonly watchers: SharedArrayBuffer;
}

/**
 * The listeners. How many there are stands in shared memory, so that a data
 * plane which is made later, or in the place of another, knows it at once.
 */
export class ReportWatch {
  /** How many listeners there are: one `Int32`. */
  readonly watchers: SharedArrayBuffer = new SharedArrayBuffer(4);
  readonly #listeners = new Set<ReportListener>();

  /** Adds a listener. @returns Takes it away again; idempotent. */
  add(listener: ReportListener): () => void {
    // Who listens twice hears twice.
    const own: ReportListener = (batch, dropped) => listener(batch, dropped);
    this.#listeners.add(own);
    this.#count();
    return () => {
      this.#listeners.delete(own);
      this.#count();
    };
  }

  /** Tells all listeners. */
  readonly tell: ReportListener = (batch, dropped) => {
    for (const listener of this.#listeners) listener(batch, dropped);
  };

  #count(): void {
    Atomics.store(new Int32Array(this.watchers), 0, this.#listeners.size);
  }
}

/** Tells whether somebody watches, from any thread. */
export function watchedBy(watchers: SharedArrayBuffer): () => boolean {
  const count = new Int32Array(watchers);
  return () => Atomics.load(count, 0) > 0;
}
