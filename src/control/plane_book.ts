/**
 * What a data plane can be asked about its connections.
 *
 * @module
 */
import {
  ConnectionBook,
  type KeptConnection,
} from "../observe/connection_book.ts";
import type { Observer } from "../observe/observer.ts";
import type { ReportListener } from "../observe/report_batches.ts";
import type { Server } from "../proxy/server.ts";
import type { Answer, Answers, Question, QuestionOf } from "./questions.ts";
import { type Observing, watchedBy } from "./report_watch.ts";

/** Answers questions; where nobody asks it keeps nothing and has no answers. */
export class PlaneBook {
  readonly #book: ConnectionBook | null;

  /**
   * @param by Who asks; `undefined`: nobody does.
   * @param onReports Hears of connections that have ended, while somebody
   * watches. Default: nobody.
   */
  constructor(by: Observing | undefined, onReports: ReportListener = () => {}) {
    this.#book = by === undefined ? null : new ConnectionBook({
      generation: by.generation,
      worker: by.worker,
      isWatched: watchedBy(by.watchers),
      onReports,
    });
  }

  /** What the data plane is to tell. */
  get observers(): Observer[] {
    return this.#book === null ? [] : [this.#book];
  }

  /** @returns `null` when nobody asks here. */
  answer<K extends Question["kind"]>(
    question: QuestionOf<K>,
    server: Pick<Server, "closeOne">,
  ): Answers[K] | null {
    const book = this.#book;
    return book && answerOf(question, book, server) as Answers[K];
  }

  /**
   * Tells what is still to be told, at the end.
   *
   * @returns The connections that have ended and are remembered.
   */
  end(): readonly KeptConnection[] {
    this.#book?.flush();
    return this.#book?.ended() ?? [];
  }
}

function answerOf(
  question: Question,
  book: ConnectionBook,
  server: Pick<Server, "closeOne">,
): Answer {
  switch (question.kind) {
    case "find":
      return book.find(question.query);
    case "show":
      return book.show(question.id);
    case "close":
      return server.closeOne(question.id, "closed_by_admin");
  }
}
