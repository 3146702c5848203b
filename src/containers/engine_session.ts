/**
 * Following one engine as long as it answers.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { errorCode, PassthruError } from "../errors.ts";
import type { ContainerBook } from "./container_book.ts";
import type { EngineClient, EngineEvents } from "./engine_client.ts";
import { type Look, Pending } from "./pending.ts";

/** How long events are collected before containers are looked at. */
const COLLECT_MS = 20;
/** How many containers are asked for at once. */
const AT_ONCE = 8;

/** What a {@linkcode EngineSession} needs. */
export interface SessionOptions {
  /** Connected. */
  readonly client: EngineClient;
  /** What is known is written here. */
  readonly book: ContainerBook;
  /** Hears that the book may have changed. */
  readonly onLook: () => void;
  /** Hears of a container that cannot be looked at. */
  readonly onProblem: (id: string, error: unknown) => void;
  /** After which time a container is looked at once more, in milliseconds. */
  readonly againMs: number;
  /** How often all are listed, in milliseconds. */
  readonly listMs: number;
}

/** Keeps a {@linkcode ContainerBook} true. */
export class EngineSession {
  readonly #options: SessionOptions;
  readonly #pending = new Pending();
  /**
   * What is looked at once more: engines tell of some changes before they are
   * done. What is in `#soon` has waited for half of the time.
   */
  #later = new Pending();
  #soon = new Pending();
  #isOver = false;

  /** Asks for nothing yet. */
  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Looks at all containers once. */
  async lookOnce(): Promise<void> {
    this.#options.book.forgetList();
    await this.#look("all");
  }

  /**
   * Follows the engine's events until it is aborted.
   *
   * @throws {PassthruError} When the engine does not answer any more.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { client, againMs, listMs } = this.#options;
    // Before the list, so that nothing is missed between them.
    const events = await client.events();
    const timers = [
      setInterval(() => this.#pending.add("all"), listMs),
      setInterval(() => this.#age(), againMs / 2),
    ];
    const aborted = Promise.withResolvers<void>();
    const stop = () => aborted.resolve();
    signal.addEventListener("abort", stop);
    const following = this.#follow(events);
    const looking = this.#lookAgainAndAgain();
    try {
      if (signal.aborted) return;
      await Promise.race([aborted.promise, following, looking]);
    } finally {
      signal.removeEventListener("abort", stop);
      for (const timer of timers) clearInterval(timer);
      this.#isOver = true;
      events.close();
      client[Symbol.dispose]();
      this.#pending.add("all");
      await Promise.allSettled([following, looking]);
    }
  }

  async #follow(events: EngineEvents): Promise<void> {
    const { book } = this.#options;
    try {
      for await (const event of events) {
        // Too long to be read. Its container is found in the list.
        if (event === null) this.#later.add("all");
        else if (event.labelled ?? book.has(event.id)) {
          this.#pending.add([event.id]);
          this.#later.add([event.id]);
        }
      }
    } catch (error) {
      throw ended(error);
    }
    throw ended();
  }

  #age(): void {
    this.#pending.add(this.#soon.take());
    [this.#soon, this.#later] = [this.#later, this.#soon];
  }

  async #lookAgainAndAgain(): Promise<void> {
    await this.lookOnce();
    while (!this.#isOver) {
      this.#options.onLook();
      await this.#pending.some();
      await delay(COLLECT_MS);
      if (!this.#isOver) await this.#look(this.#pending.take());
    }
  }

  async #look(look: Look): Promise<void> {
    const { client, book } = this.#options;
    const ids = look === "all" ? book.takeList(await client.list()) : look;
    const left = ids[Symbol.iterator]();
    const lookers = Array.from({ length: AT_ONCE }, async () => {
      for (const id of left) await this.#lookAt(id);
    });
    await Promise.all(lookers);
  }

  /**
   * One that cannot be looked at stays as it was, known or not, until it is
   * looked at for an event or the next list.
   */
  async #lookAt(id: string): Promise<void> {
    const { client, book, onProblem } = this.#options;
    try {
      book.put(id, await client.inspect(id));
    } catch (error) {
      if (errorCode(error) === "engine_away") throw error;
      book.doubt(id);
      onProblem(id, error);
    }
  }
}

function ended(cause?: unknown): PassthruError {
  return new PassthruError("The engine has ended the stream of events", {
    code: "engine_away",
    source: "target",
    cause,
  });
}
