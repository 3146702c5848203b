/**
 * Sends what an observer has counted: once a second while something happens, and
 * when it is told to.
 *
 * @module
 */
import type { CountingObserver } from "./counting_observer.ts";
import { type Counts, isEmpty } from "./counts.ts";

/** How often counts are sent while something is counted, in ms. */
const SHIP_EVERY_MS = 1_000;

/** What a {@linkcode CountShipper} needs. */
export interface CountShipperOptions {
  readonly observer: Pick<CountingObserver, "take" | "connections">;
  /** Takes what was counted; it is never empty. */
  readonly ship: (counts: Counts) => void;
  /** Default: a second. */
  readonly everyMs?: number;
}

/** Sends counts. There is a timer only while connections are open or new. */
export class CountShipper {
  readonly #options: CountShipperOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isStopped = false;

  /** Sends nothing until it is woken. */
  constructor(options: CountShipperOptions) {
    this.#options = options;
  }

  /** Something was counted: it will be sent soon. Cheap, to be called often. */
  wake(): void {
    if (this.#timer === null && !this.#isStopped) this.#wait();
  }

  /** Sends now what there is. */
  ship(): void {
    const { observer, ship } = this.#options;
    const counts = observer.take();
    if (!isEmpty(counts)) ship(counts);
  }

  /** Sends what there is, and nothing by itself from now on. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.ship();
  }

  #wait(): void {
    const { observer, everyMs = SHIP_EVERY_MS } = this.#options;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.ship();
      // Bytes of open connections flow without any event.
      if (observer.connections > 0) this.wake();
    }, everyMs);
    // What is not sent yet holds up no process that wants to end.
    Deno.unrefTimer(this.#timer);
  }
}
