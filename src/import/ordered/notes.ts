/**
 * Notes that are written once, however often they are found.
 *
 * @module
 */
import type { Entry } from "../entry.ts";
import { type Note, type Origin, placeOf } from "../origin.ts";

/** Collects notes. */
export class Notes {
  readonly #written = new Set<string>();
  #waiting: Note[] = [];

  /** Keeps a note for later. */
  add(origin: Origin, text: string): void {
    this.#waiting.push({ origin, text });
  }

  /** The notes that were kept, which are not kept any longer. */
  take(): readonly Note[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Writes a note at an entry, if it has not been written. */
  write(entry: Entry, origin: Origin, text: string): void {
    const key = `${placeOf(origin)} ${text}`;
    if (this.#written.has(key)) return;
    this.#written.add(key);
    entry.note(origin, text);
  }
}
