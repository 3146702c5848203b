/**
 * Reports of connections that have ended, for who watches, a few at a time.
 *
 * @module
 */
import type { ConnectionView } from "./connection_view.ts";

/** Shortest time between two batches, in milliseconds. */
const BATCH_MS = 250;
/** Most reports in a batch. */
const MAX_BATCH = 200;

/**
 * Hears of connections that have ended.
 *
 * @param batch Oldest first.
 * @param dropped So many more ended after those.
 */
export type ReportListener = (
  batch: readonly ConnectionView[],
  dropped: number,
) => void;

/** Collects reports and gives them away in batches. */
export class ReportBatches {
  readonly #send: ReportListener;
  #batch: ConnectionView[] = [];
  #dropped = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send Gets the batches. */
  constructor(send: ReportListener) {
    this.#send = send;
  }

  /** Takes a report; it is made only when there is room for it. */
  add(make: () => ConnectionView): void {
    this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
    if (this.#batch.length < MAX_BATCH) this.#batch.push(make());
    else this.#dropped++;
  }

  /** Gives away now what is there. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    const dropped = this.#dropped;
    this.#batch = [];
    this.#dropped = 0;
    if (batch.length > 0) this.#send(batch, dropped);
  }
}
