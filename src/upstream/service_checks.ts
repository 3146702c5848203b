/**
 * Active checks of targets that come and go.
 *
 * @module
 */
import {
  type CheckedTarget,
  type HealthCheckOptions,
  HealthChecks,
} from "./health_checks.ts";

/** The checks of one slot, and of which target they are. */
interface SlotChecks {
  readonly key: string;
  readonly checks: HealthChecks;
}

/** Checks the targets that there are at a time, each by its slot. */
export class ServiceChecks {
  readonly #options: HealthCheckOptions;
  readonly #running = new Map<number, SlotChecks>();
  readonly #stopping = new Set<Promise<void>>();

  /** Checks nothing yet. */
  constructor(options: HealthCheckOptions) {
    this.#options = options;
  }

  /**
   * Checks a target, unless it is checked already.
   *
   * @param checked What its slot has now; `null`: nothing.
   * @param key What tells the target from the one that had the slot before.
   */
  set(slot: number, checked: CheckedTarget | null, key: string): void {
    const known = this.#running.get(slot);
    if (checked !== null && known?.key === key) return;
    if (known !== undefined) {
      this.#running.delete(slot);
      const stopped = known.checks.stop();
      this.#stopping.add(stopped);
      void stopped.finally(() => this.#stopping.delete(stopped));
    }
    if (checked === null) return;
    const checks = new HealthChecks([checked], this.#options);
    this.#running.set(slot, { key, checks });
    checks.start();
  }

  /** Stops all checks at once. */
  async stop(): Promise<void> {
    for (const slot of [...this.#running.keys()]) this.set(slot, null, "");
    await Promise.all(this.#stopping);
  }
}
