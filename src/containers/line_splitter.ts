/**
 * Lines of a stream of bytes, none longer than a limit.
 *
 * @module
 */

const NEWLINE = 0x0a;

/** Splits bytes into lines. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #skipping = false;

  /** @param maxBytes Longest line; a longer one is `null`. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes. @returns The lines that end in them. */
  *push(bytes: Uint8Array): Generator<string | null> {
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, at);
      this.#keep(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (end < 0) return;
      yield this.#take();
      at = end + 1;
    }
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) {
      this.#skipping = true;
      this.#parts = [];
    }
    // A copy: the caller may use its memory again.
    if (!this.#skipping) this.#parts.push(part.slice());
  }

  #take(): string | null {
    const decoder = new TextDecoder();
    const text = this.#skipping ? null : this.#parts
      .map((part) => decoder.decode(part, { stream: true })).join("") +
      decoder.decode();
    this.#parts = [];
    this.#length = 0;
    this.#skipping = false;
    return text;
  }
}
