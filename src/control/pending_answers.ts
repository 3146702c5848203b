/**
 * Questions that another thread has not answered yet.
 *
 * @module
 */
import type { Answer } from "./questions.ts";

/** Longest wait for an answer, in milliseconds, where nothing else is said. */
const ANSWER_MS = 500;

/** Pairs questions with their answers. */
export class PendingAnswers {
  readonly #pending = new Map<number, (answer: Answer | null) => void>();
  #last = 0;
  #ended = false;

  /**
   * Asks a question.
   *
   * @param send Sends it with its number.
   * @param limitMs Longest wait, in milliseconds. Default: 500.
   * @returns `null` when no answer came in time, or none can come any more.
   */
  ask(
    send: (number: number) => void,
    limitMs = ANSWER_MS,
  ): Promise<Answer | null> {
    if (this.#ended) return Promise.resolve(null);
    const number = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Answer | null>();
    const timer = setTimeout(() => this.settle(number, null), limitMs);
    this.#pending.set(number, (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    send(number);
    return promise;
  }

  /** Takes an answer; one that comes too late is nobody's any more. */
  settle(number: number, answer: Answer | null): void {
    const settle = this.#pending.get(number);
    this.#pending.delete(number);
    settle?.(answer);
  }

  /** Nobody is there to answer any more. */
  end(): void {
    this.#ended = true;
    for (const number of [...this.#pending.keys()]) this.settle(number, null);
  }
}
