/**
 * All readers of `GET /api/events`.
 *
 * @module
 */
import { asciiJson } from "../observe/printable.ts";
import { ApiFailure } from "./answers.ts";
import { EventStream } from "./event_stream.ts";
import type { AdminSource } from "./source.ts";

/** Most readers at a time: fewer than the connections that may be there. */
export const MAX_READERS = 32;

/** Passes events on to readers. Without one it listens to nothing. */
export class EventHub {
  readonly #source: AdminSource;
  readonly #streams = new Set<EventStream>();
  #stopWatching: (() => void)[] = [];

  /** Makes a hub without readers. */
  constructor(source: AdminSource) {
    this.#source = source;
  }

  /** Readers there are. */
  get readers(): number {
    return this.#streams.size;
  }

  /**
   * Lets a reader in; what it hears first is `changed`, as it is now.
   *
   * @throws {ApiFailure} 503, when there are too many.
   */
  open(): ReadableStream<Uint8Array> {
    if (this.#streams.size >= MAX_READERS) {
      throw new ApiFailure(
        503,
        `Too many readers of events: expected at most ${MAX_READERS}`,
      );
    }
    const stream = new EventStream({ onGone: () => this.#leave(stream) });
    if (this.#streams.size === 0) this.#watch();
    this.#streams.add(stream);
    stream.changed(asciiJson(this.#source.changed));
    return stream.body;
  }

  /** Sends all readers away. */
  close(): void {
    for (const stream of [...this.#streams]) stream.end();
  }

  #leave(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    for (const stop of this.#stopWatching) stop();
    this.#stopWatching = [];
  }

  #watch(): void {
    this.#stopWatching = [
      this.#source.watchReports((batch, dropped) => {
        const data = batch.length === 0 ? "" : asciiJson(batch);
        for (const stream of this.#streams) {
          if (batch.length > 0) stream.reports(data, batch.length);
          stream.dropped(dropped);
        }
      }),
      this.#source.watchChanges((changed) => {
        const data = asciiJson(changed);
        for (const stream of this.#streams) stream.changed(data);
      }),
    ];
  }
}
