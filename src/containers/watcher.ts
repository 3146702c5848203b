/**
 * Watching the containers of an engine, which may go away and come back.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { errorText } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import { type Container, shortId } from "./container.ts";
import { ContainerBook } from "./container_book.ts";
import { EngineClient } from "./engine_client.ts";
import { EngineSession } from "./engine_session.ts";

/** How long a session lasts that is no failed attempt, in milliseconds. */
const STEADY_MS = 30_000;
/** The longest wait before an engine is asked again, in milliseconds. */
const LAST_RETRY_MS = 10_000;

/** Times in milliseconds. */
export interface WatcherTimes {
  /** Longest wait for an answer. Default: 10 s. */
  readonly timeoutMs: number;
  /** After which time a container is looked at once more. Default: 1 s. */
  readonly againMs: number;
  /** How often all are listed, events or not. Default: 1 min. */
  readonly listMs: number;
  /** The first wait before an engine is asked again. Default: half a second. */
  readonly retryMs: number;
}

const DEFAULT_TIMES: WatcherTimes = {
  timeoutMs: 10_000,
  againMs: 1_000,
  listMs: 60_000,
  retryMs: 500,
};

/** Options of {@linkcode ContainerWatcher}. */
export interface WatcherOptions {
  /** Path of the engine's socket. */
  readonly socket: string;
  readonly logger: Logger;
  /** Hears that the containers may be other ones now. */
  readonly onChange: () => void;
  readonly times?: Partial<WatcherTimes>;
}

/** Knows the containers that run and have labels for passthru. */
export class ContainerWatcher {
  readonly #options: WatcherOptions;
  readonly #times: WatcherTimes;
  readonly #book = new ContainerBook();
  /** Why single containers could not be looked at. */
  readonly #problems = new Map<string, string>();
  #isKnown = false;
  /** Whether it is told that the engine is away. */
  #isAway = false;

  /** Asks for nothing yet. */
  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#times = { ...DEFAULT_TIMES, ...options.times };
  }

  /** The containers, healthy or not; those known last when nobody answers. */
  get containers(): readonly Container[] {
    return this.#book.all;
  }

  /** Whether they have been listed. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /**
   * Lists all once.
   *
   * @throws {PassthruError} When the engine does not answer.
   */
  async lookOnce(): Promise<void> {
    using client = this.#client();
    await client.connect();
    await this.#session(client, () => {}).lookOnce();
    this.#isKnown = true;
  }

  /** Watches until it is aborted; asks again and again when nobody answers. */
  async run(signal: AbortSignal): Promise<void> {
    const { retryMs } = this.#times;
    let wait = retryMs;
    while (!signal.aborted) {
      const begun = performance.now();
      try {
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (performance.now() - begun > STEADY_MS) wait = retryMs;
        this.#tellAway(error);
        await delay(wait, { signal }).catch(() => {});
        wait = Math.min(wait * 2, LAST_RETRY_MS);
      }
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    using client = this.#client();
    const close = () => client[Symbol.dispose]();
    signal.addEventListener("abort", close);
    try {
      const { name, apiVersion } = await client.connect();
      const session = this.#session(client, () => {
        if (!this.#isKnown || this.#isAway) {
          this.#options.logger.log("info", "watching containers", {
            engine: name,
            api: apiVersion,
            containers: this.#book.all.length,
          });
        }
        this.#isAway = false;
        this.#isKnown = true;
        this.#options.onChange();
      });
      await session.run(signal);
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  #session(client: EngineClient, onLook: () => void): EngineSession {
    const { againMs, listMs } = this.#times;
    return new EngineSession({
      client,
      book: this.#book,
      onLook,
      onProblem: (id, error) => this.#tellProblem(id, errorText(error)),
      againMs,
      listMs,
    });
  }

  #client(): EngineClient {
    const { socket } = this.#options;
    return new EngineClient({ socket, timeoutMs: this.#times.timeoutMs });
  }

  /** Once for each time that it goes away. */
  #tellAway(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#options.logger.log("warn", "no answer from the container engine", {
      error: errorText(error),
      containers: this.#book.all.length,
    });
  }

  /** Once for each problem. */
  #tellProblem(id: string, error: string): void {
    if (this.#problems.get(id) === error) return;
    if (this.#problems.size >= 1_000) this.#problems.clear();
    this.#problems.set(id, error);
    this.#options.logger.log("warn", "cannot look at a container", {
      id: shortId(id),
      error,
    });
  }
}
