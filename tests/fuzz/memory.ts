/**
 * Whether memory grows while inputs come and go.
 *
 * @module
 */
import { growth, type Sample } from "../soak/growth.ts";

/** Pause between two samples, in milliseconds. */
const PAUSE_MS = 5_000;
/** The part of the time that counts as warm-up. */
const WARM_UP = 0.5;
/** Most growth after the warm-up, in MiB: the known paths are a part of it. */
const MOST_MIB = 24;
/** Fewer samples than these say nothing. */
const FEWEST = 24;

/** Samples of the heap, each behind a collection where the runtime offers it. */
export class MemoryWatch {
  readonly #samples: Sample[] = [];
  #next = 0;

  /**
   * Takes a sample when it is time.
   *
   * @param kept Bytes that are kept on purpose.
   */
  look(kept: number): void {
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + PAUSE_MS;
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, external } = Deno.memoryUsage();
    const value = (heapUsed + external - kept) / 2 ** 20;
    this.#samples.push({ at: now / 1_000, value });
  }

  /** The figures in words. */
  get summary(): string {
    const now = this.#samples.at(-1)?.value ?? 0;
    return `heap ${
      now.toFixed(0)
    } MiB beside the kept inputs, growth after the warm-up ${
      this.#growth.toFixed(1)
    } MiB`;
  }

  /** What is wrong, or `null`. */
  get problem(): string | null {
    return this.#growth > MOST_MIB
      ? `memory grew by ${this.#growth.toFixed(1)} MiB`
      : null;
  }

  get #growth(): number {
    const from = Math.floor(this.#samples.length * WARM_UP);
    const warm = this.#samples.slice(from);
    return warm.length < FEWEST ? 0 : growth(warm);
  }
}
