/**
 * Server-sent events over `fetch`: the browser's own `EventSource` cannot send a
 * token.
 */

/** @import { Api } from "./api.js" */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** Reads the events of the server while the page is looked at. */
export class EventStream {
  #api;
  #take;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {Api} api
   * @param {(name: string, data: any) => void} take Gets each event.
   */
  constructor(api, take) {
    this.#api = api;
    this.#take = take;
  }

  /** Begins to read; again and again when it breaks. */
  start() {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    this.#readOn(this.#running.signal);
  }

  /** Stops reading. */
  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {AbortSignal} signal */
  async #readOn(signal) {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const stream = await this.#api.events(signal);
        pause = FIRST_PAUSE_MS;
        await readEvents(stream, this.#take);
      } catch {
        // The page says elsewhere that the server does not answer.
      }
      if (signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

/**
 * Reads events to the end of a stream (HTML standard, section 9.2.6, without
 * `id` and `retry`, which the server does not send).
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(name: string, data: any) => void} take
 */
async function readEvents(stream, take) {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop() ?? "";
    for (const event of events) readEvent(event, take);
  }
}

/**
 * @param {string} text
 * @param {(name: string, data: any) => void} take
 */
function readEvent(text, take) {
  let name = "message";
  let data = "";
  for (const line of text.split(/\r?\n/)) {
    const [, field, value = ""] = /^(\w+):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") name = value;
    else if (field === "data") data += value;
  }
  if (data !== "") take(name, JSON.parse(data));
}
