/**
 * Keeping up with a service: looking it up again whenever its answer has run
 * out, and keeping the last answer while none can be had.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { SrvAnswer } from "./srv_lookup.ts";

/** When a service is looked up again. Times in milliseconds. */
export interface WatchTiming {
  /** The shortest and the longest time that an answer is used. */
  readonly shortestMs: number;
  readonly longestMs: number;
  /** The same for an answer without targets. */
  readonly longestEmptyMs: number;
  /** For an answer without targets that does not say how long it holds. */
  readonly emptyMs: number;
  /** The first and the longest pause after a failure; it doubles. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/** What a {@linkcode SrvWatch} gets that is told nothing. */
export const WATCH_TIMING: WatchTiming = Object.freeze({
  shortestMs: 1_000,
  longestMs: 300_000,
  longestEmptyMs: 30_000,
  emptyMs: 5_000,
  firstRetryMs: 1_000,
  longestRetryMs: 30_000,
});

/** A pause is longer by up to this part of it, so that not all ask at once. */
const JITTER = 0.1;

/** What a {@linkcode SrvWatch} works with. */
export interface WatchOptions {
  /** Looks the service up. */
  readonly lookup: (signal: AbortSignal) => Promise<SrvAnswer>;
  readonly onAnswer: (answer: SrvAnswer) => void;
  /** Hears of each look-up that failed. @param retryMs Until the next one. */
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** As `Math.random`. */
  readonly random: () => number;
  /** Default: {@linkcode WATCH_TIMING}. */
  readonly timing?: WatchTiming;
}

/** Looks a service up again and again. */
export class SrvWatch {
  /** Resolves at the first answer, and when it is stopped. */
  readonly answered: Promise<void>;
  readonly #options: WatchOptions;
  readonly #timing: WatchTiming;
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  /** Looks nothing up yet. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timing = options.timing ?? WATCH_TIMING;
    this.answered = this.#first.promise;
  }

  /** Starts to look up. To be called once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Stops at once; nothing is heard of any more. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#first.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { lookup, onAnswer, onFailure, random } = this.#options;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted;) {
      let pauseMs: number;
      try {
        const answer = await lookup(signal);
        if (signal.aborted) return;
        failures = 0;
        pauseMs = holdMs(answer, this.#timing) * (1 + JITTER * random());
        onAnswer(answer);
        this.#first.resolve();
      } catch (error) {
        if (signal.aborted) return;
        pauseMs = retryMs(failures++, this.#timing) * (1 + JITTER * random());
        onFailure(error, pauseMs);
      }
      // Ends early, by a rejection, when it is stopped.
      await delay(pauseMs, { signal }).catch(() => {});
    }
  }
}

/** How long an answer is used, in milliseconds. */
export function holdMs(
  { targets, ttlSeconds }: SrvAnswer,
  timing: WatchTiming = WATCH_TIMING,
): number {
  const ms = ttlSeconds === null ? timing.emptyMs : ttlSeconds * 1_000;
  const longest = targets.length === 0
    ? timing.longestEmptyMs
    : timing.longestMs;
  return Math.min(Math.max(ms, timing.shortestMs), longest);
}

/** The pause after so many failures before this one, in milliseconds. */
export function retryMs(
  failures: number,
  { firstRetryMs, longestRetryMs }: WatchTiming = WATCH_TIMING,
): number {
  return Math.min(firstRetryMs * 2 ** Math.min(failures, 30), longestRetryMs);
}
