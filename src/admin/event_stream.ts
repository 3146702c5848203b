/**
 * Server-sent events to one reader (HTML Standard §9.2, "Server-sent events").
 *
 * What a reader does not take in time is counted, not kept.
 *
 * @module
 */
import { delay } from "@std/async/delay";

/** Most events that wait for a reader, in characters. */
const MAX_WAITING_CHARS = 256 * 1024;
/** A reader hears something at least so often, in milliseconds. */
const HEARTBEAT_MS = 15_000;
/** A comment: readers pass over it. */
const HEARTBEAT = ":\n\n";

/** Options of {@linkcode EventStream}. */
export interface EventStreamOptions {
  /** Hears that the reader has gone, or was sent away. Called once. */
  readonly onGone: () => void;
  /** Default: 15 seconds. */
  readonly heartbeatMs?: number;
}

/** Events to one reader. */
export class EventStream {
  /** What the reader reads. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: EventStreamOptions;
  readonly #encoder = new TextEncoder();
  #reports: string[] = [];
  #waitingChars = 0;
  #dropped = 0;
  #changed: string | null = null;
  #ended = false;
  /** Ends the wait for something to send. */
  #waiting: AbortController | null = null;

  /** Makes a stream on which nothing was sent yet. */
  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.end(),
    }, { highWaterMark: 0 });
  }

  /**
   * Sends `reports`, or counts them when too much is waiting.
   *
   * @param data JSON of one line.
   * @param count How many reports it has.
   */
  reports(data: string, count: number): void {
    if (this.#waitingChars + data.length > MAX_WAITING_CHARS) {
      return this.dropped(count);
    }
    this.#reports.push(data);
    this.#waitingChars += data.length;
    this.#waiting?.abort();
  }

  /** Says that so many reports are missing. */
  dropped(count: number): void {
    this.#dropped += count;
    if (count > 0) this.#waiting?.abort();
  }

  /** Sends `changed`; of several that wait only the last one. */
  changed(data: string): void {
    this.#changed = data;
    this.#waiting?.abort();
  }

  /** Ends the stream. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting?.abort();
    this.#options.onGone();
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): Promise<void> {
    let text = this.#take();
    if (text === "" && !this.#ended) {
      await this.#somethingToSend();
      text = this.#take() || HEARTBEAT;
    }
    if (!this.#ended) controller.enqueue(this.#encoder.encode(text));
    else {
      try {
        controller.close();
      } catch {
        // The reader went first.
      }
    }
  }

  /** Waits until there is something to send, or for so long that it is time. */
  async #somethingToSend(): Promise<void> {
    const { heartbeatMs = HEARTBEAT_MS } = this.#options;
    this.#waiting = new AbortController();
    // Ends early, by a rejection, when there is something.
    await delay(heartbeatMs, this.#waiting).catch(() => {});
    this.#waiting = null;
  }

  #take(): string {
    const text = [
      ...(this.#changed === null ? [] : [eventText("changed", this.#changed)]),
      ...this.#reports.map((data) => eventText("reports", data)),
      ...(this.#dropped === 0
        ? []
        : [eventText("dropped", JSON.stringify({ count: this.#dropped }))]),
    ].join("");
    this.#changed = null;
    this.#reports = [];
    this.#waitingChars = 0;
    this.#dropped = 0;
    return text;
  }
}

function eventText(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
