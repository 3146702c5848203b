/**
 * The datagrams of a flow that wait: for a decision, or for their target.
 *
 * @module
 */
import type { Datagrams } from "../detect/detector.ts";
import { MAX_HELD_BYTES, MAX_HELD_DATAGRAMS } from "../detect/identify.ts";

/** Holds copies, in the order in which they came. */
export class HeldDatagrams {
  readonly #datagrams: Uint8Array[] = [];
  #bytes = 0;

  /** All that are held. */
  get all(): Datagrams {
    return this.#datagrams;
  }

  /** How many bytes they have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a decision must be made now, as no more is held for one. */
  get isFull(): boolean {
    return this.#datagrams.length >= MAX_HELD_DATAGRAMS ||
      this.#bytes >= MAX_HELD_BYTES;
  }

  /** Holds a copy. @returns `false`: there is no room, and it is lost. */
  add(datagram: Uint8Array): boolean {
    const fits = this.#datagrams.length < MAX_HELD_DATAGRAMS &&
      (this.#bytes + datagram.length <= MAX_HELD_BYTES ||
        this.#datagrams.length === 0);
    if (!fits) return false;
    this.#datagrams.push(datagram.slice());
    this.#bytes += datagram.length;
    return true;
  }

  /** Lets the oldest one go. `undefined`: there is none. */
  shift(): Uint8Array | undefined {
    const first = this.#datagrams.shift();
    this.#bytes -= first?.length ?? 0;
    return first;
  }
}
