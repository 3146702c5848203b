/**
 * A log that is given away as text.
 *
 * @module
 */
import type { LogSink } from "./log_sink.ts";

/** Most characters that wait for the end of a turn of the event loop. */
const MAX_WAITING = 16 * 1024;

/** A sink that is never too slow. Lines of one turn are written together. */
export class TextSink implements LogSink {
  readonly dropped = 0;
  onRoom: (dropped: number) => void = () => {};
  readonly #write: (lines: string) => void;
  readonly #decoder = new TextDecoder();
  #waiting = "";
  #woken = false;

  /** @param write Takes the lines at once, newlines included. */
  constructor(write: (lines: string) => void) {
    this.#write = write;
  }

  push(line: Uint8Array): void {
    if (this.#waiting.length >= MAX_WAITING) this.flush();
    this.#waiting += this.#decoder.decode(line);
    if (this.#woken) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      this.flush();
    });
  }

  flush(): void {
    const lines = this.#waiting;
    this.#waiting = "";
    if (lines !== "") this.#write(lines);
  }

  drain(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }
}
