/**
 * One direction of a TCP connection, put together from its segments.
 *
 * @module
 */

/** A part of the stream that waits for what is before it. */
interface Piece {
  /** Place in the stream, from 0. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * The first bytes of a stream. Segments may come out of order, twice and
 * overlapping: of bytes that come twice the first copy counts.
 */
export class TcpReassembly {
  readonly #base: number;
  readonly #limit: number;
  readonly #ready: Uint8Array[] = [];
  /** Place of the first byte that has not come, from 0. */
  #next = 0;
  /** What came too early, in order, without overlaps. */
  #waiting: Piece[] = [];

  /**
   * @param base Sequence number of the first byte.
   * @param limit Most bytes to keep.
   */
  constructor(base: number, limit: number) {
    this.#base = base;
    this.#limit = limit;
  }

  /** What a receiver could read, cut as it came. */
  get segments(): readonly Uint8Array[] {
    return this.#ready;
  }

  /** Whether bytes came of which those before never came. */
  get hasGap(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether the first byte has this sequence number. */
  startsAt(seq: number): boolean {
    return ((seq - this.#base) | 0) === 0;
  }

  /** Bytes that a receiver could read. */
  get length(): number {
    return this.#next;
  }

  /**
   * Takes a segment; what it keeps it copies.
   *
   * @param seq Sequence number of its first byte.
   */
  add(seq: number, payload: Uint8Array): void {
    // 32 bits, signed: how far ahead of (or behind) the next byte it is.
    const ahead = (seq - this.#base - this.#next) | 0;
    const behind = Math.max(0, -ahead);
    const at = this.#next + ahead + behind;
    const bytes = payload.subarray(behind, behind + this.#limit - at);
    if (bytes.length === 0 || at >= this.#limit) return;
    const last = this.#waiting.at(-1);
    if (last === undefined && at === this.#next) this.#deliver(bytes.slice());
    else if (last !== undefined && at >= last.at + last.bytes.length) {
      this.#waiting.push({ at, bytes: bytes.slice() });
    } else this.#insert(at, bytes);
  }

  #deliver(bytes: Uint8Array): void {
    this.#ready.push(bytes);
    this.#next += bytes.length;
  }

  /** Keeps what no waiting piece has, then delivers what is complete. */
  #insert(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    const pieces: Piece[] = [];
    let from = at;
    for (const piece of this.#waiting) {
      if (from < Math.min(piece.at, end)) {
        const part = bytes.slice(from - at, Math.min(piece.at, end) - at);
        pieces.push({ at: from, bytes: part });
      }
      from = Math.max(from, piece.at + piece.bytes.length);
      pieces.push(piece);
    }
    if (from < end) pieces.push({ at: from, bytes: bytes.slice(from - at) });
    let complete = 0;
    for (const piece of pieces) {
      if (piece.at !== this.#next) break;
      this.#deliver(piece.bytes);
      complete++;
    }
    this.#waiting = pieces.slice(complete);
  }
}
