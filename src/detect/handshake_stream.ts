/**
 * A handshake message put together from its pieces, which are QUIC's CRYPTO frames
 * or DTLS's fragments.
 *
 * @module
 */

/**
 * Longest stream that is kept. A hello that needs more would not be complete in
 * what is held of a flow either.
 */
export const MAX_STREAM_BYTES = 16 * 1024;

const FIRST_CELLS = 2048;
const MESSAGE_HEADER_BYTES = 4;
/** Marks a byte that is there: a cell is 0 for one that is not. */
const PRESENT = 0x100;

/** Pieces in any order, of any size, that may overlap and come again. */
export class HandshakeStream {
  /** Each byte with a mark. */
  #cells = new Uint16Array(FIRST_CELLS);
  /** All bytes before this place are there. */
  #front = 0;

  /**
   * Takes a piece.
   *
   * @param offset Its place in the stream.
   * @returns What is wrong with it; `null`: nothing.
   */
  add(offset: number, piece: Uint8Array): string | null {
    const end = offset + piece.length;
    if (end > MAX_STREAM_BYTES) {
      return `the hello goes on behind byte ${MAX_STREAM_BYTES}`;
    }
    if (end > this.#cells.length) this.#grow(end);
    const cells = this.#cells;
    for (let i = 0; i < piece.length; i++) {
      const cell = PRESENT | piece[i]!;
      const known = cells[offset + i];
      if (known !== 0 && known !== cell) {
        return `two pieces of the hello differ in byte ${offset + i}`;
      }
      cells[offset + i] = cell;
    }
    while (this.#front < cells.length && cells[this.#front] !== 0) {
      this.#front++;
    }
    return null;
  }

  /** The handshake message at the start, with its header; `null`: not yet. */
  message(): Uint8Array | null {
    if (this.#front < MESSAGE_HEADER_BYTES) return null;
    const cells = this.#cells;
    const length = (cells[1]! & 0xff) << 16 | (cells[2]! & 0xff) << 8 |
      (cells[3]! & 0xff);
    const end = MESSAGE_HEADER_BYTES + length;
    if (this.#front < end) return null;
    const message = new Uint8Array(end);
    // The marks fall off with the higher byte of each cell.
    for (let at = 0; at < end; at++) message[at] = cells[at]!;
    return message;
  }

  #grow(needed: number): void {
    let length = this.#cells.length;
    while (length < needed) length *= 2;
    const cells = new Uint16Array(length);
    cells.set(this.#cells);
    this.#cells = cells;
  }
}
