/**
 * What is counted and remembered of datagrams.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { DatagramServer } from "../datagram/datagram_server.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import type { Observer } from "../observe/observer.ts";
import { observerOf } from "../observe/observers.ts";
import type { ReportListener } from "../observe/report_batches.ts";
import { PlaneBook } from "./plane_book.ts";
import {
  type PlaneCounting,
  planeCounting,
  type PlaneCountingOptions,
} from "./plane_counting.ts";
import { planeObservers } from "./plane_observers.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import type { Observing } from "./report_watch.ts";

/** What a Plan asks for. */
export interface Wanted {
  /** Who asks about flows. Default: nobody does. */
  readonly by?: Observing | undefined;
  readonly onReports?: ReportListener | undefined;
  /** Where counts go. Default: nothing is counted. */
  readonly counting?: PlaneCountingOptions | undefined;
}

/**
 * Observes a server over the Plans that it serves: from the first one that asks
 * for it, to the end.
 */
export class DatagramObserving {
  readonly #server: DatagramServer;
  readonly #others: readonly Observer[];
  #book: PlaneBook | null = null;
  #counting: PlaneCounting | null = null;

  /** @param others Who hears of all, whatever a Plan asks for. Default: nobody. */
  constructor(server: DatagramServer, others: readonly Observer[] = []) {
    this.#server = server;
    this.#others = others;
  }

  /** Observes what another Plan asks for, too. */
  follow(plan: Plan, { by, onReports, counting }: Wanted): void {
    this.#counting?.follow(plan);
    if (counting !== undefined) {
      this.#counting ??= planeCounting(plan, counting);
    }
    if (by !== undefined) this.#book ??= new PlaneBook(by, onReports);
    this.#server.observe(observerOf([
      ...this.#others,
      ...planeObservers(this.#counting),
      ...this.#book?.observers ?? [],
    ]));
  }

  /** @returns `null` when nobody asks here. */
  answer<K extends Question["kind"]>(
    question: QuestionOf<K>,
  ): Answers[K] | null {
    return this.#book?.answer(question, this.#server) ?? null;
  }

  /** Sends what was counted, now. */
  count(): void {
    this.#counting?.shipper.ship();
  }

  /**
   * Tells what is still to be told of flows, at the end.
   *
   * @returns Those that have ended and are remembered.
   */
  end(): readonly KeptConnection[] {
    return this.#book?.end() ?? [];
  }

  /** Sends what was counted, and nothing by itself from now on. */
  stopCounting(): void {
    this.#counting?.shipper.stop();
  }
}
