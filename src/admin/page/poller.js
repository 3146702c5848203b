/** Asking again and again, more slowly when nobody looks or nothing answers. */

/** Longest pause after failures, in milliseconds. */
const LONGEST_PAUSE_MS = 15_000;

/**
 * What became of an attempt: `retryAt` is when the next is made, in the
 * milliseconds of `Date.now`.
 *
 * @typedef {{ error: unknown, failures: number, retryAt: number }} Failed
 */

/** Runs a task, waits, and runs it again. Never twice at a time. */
export class Poller {
  #task;
  #pauseMs;
  #failed;
  #failures = 0;
  #busy = false;
  #again = false;
  #stopped = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {() => Promise<void>} task
   * @param {object} options
   * @param {() => number} options.pauseMs From the end of one to the next.
   * @param {(failed: Failed) => void} [options.failed] Told of each failure.
   */
  constructor(task, { pauseMs, failed = () => {} }) {
    this.#task = task;
    this.#pauseMs = pauseMs;
    this.#failed = failed;
  }

  /** Begins, or runs the task now instead of after the pause. */
  now() {
    this.#stopped = false;
    if (this.#busy) this.#again = true;
    else this.#run();
  }

  /** Stops after the task that is running. */
  stop() {
    this.#stopped = true;
    this.#again = false;
    clearTimeout(this.#timer);
  }

  async #run() {
    clearTimeout(this.#timer);
    this.#busy = true;
    let pause;
    try {
      await this.#task();
      this.#failures = 0;
      pause = this.#pauseMs();
    } catch (error) {
      pause = Math.min(1000 * 2 ** this.#failures++, LONGEST_PAUSE_MS);
      const retryAt = Date.now() + pause;
      this.#failed({ error, failures: this.#failures, retryAt });
    }
    this.#busy = false;
    if (this.#stopped) return;
    const wait = this.#again ? 0 : pause;
    this.#again = false;
    this.#timer = setTimeout(() => this.#run(), wait);
  }
}
