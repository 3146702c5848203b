/**
 * Times of log lines as text.
 *
 * @module
 */

/**
 * Writes times as `2026-01-02T03:04:05.006Z`, and does again only what has
 * changed since the last one.
 */
export class LogClock {
  #second = NaN;
  #secondText = "";
  #ms = NaN;
  #text = "";

  /** @param ms Milliseconds since the epoch. */
  text(ms: number): string {
    if (ms === this.#ms) return this.#text;
    const second = Math.floor(ms / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(second * 1_000).toISOString().slice(0, -4);
    }
    const fraction = String(Math.floor(ms - second * 1_000)).padStart(3, "0");
    this.#ms = ms;
    return this.#text = `${this.#secondText}${fraction}Z`;
  }
}
