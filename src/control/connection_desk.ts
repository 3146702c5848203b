/**
 * Answers about single connections, from all data planes there are.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import { mergeLists, searchViews } from "../observe/connection_search.ts";
import type {
  ConnectionList,
  ConnectionQuery,
  ConnectionView,
} from "../observe/connection_view.ts";
import type { Generation } from "./generation.ts";

/** A connection, and the Plan that its generation serves. */
export interface ServedConnection extends KeptConnection {
  readonly plan: Plan;
}

/** What is asked of a generation. */
export type Asked = Pick<Generation, "ask" | "plan" | "ended">;
/** What is left of one that has drained. */
export type Past = Pick<Generation, "ended" | "plan">;

/** How many generations that are gone are remembered, the last ones. */
const PAST_GENERATIONS = 4;
/** How many connections of each are, the last ones. */
const PAST_CONNECTIONS = 256;

/**
 * Asks the data planes. One that is busy, stops or has died gives no answer in
 * time, and those of the others count.
 */
export class ConnectionDesk {
  readonly #generations: () => readonly Asked[];
  /** What is remembered of those that are gone. */
  #past: Past[] = [];

  /** @param generations Those there are now, draining ones too. */
  constructor(generations: () => readonly Asked[]) {
    this.#generations = generations;
  }

  /** Takes over what a generation remembers that has drained. */
  remember({ plan, ended: all }: Past): void {
    if (all.length === 0) return;
    const ended = all.toSorted((a, b) => b.view.id - a.view.id)
      .slice(0, PAST_CONNECTIONS);
    this.#past = [...this.#past, { plan, ended }].slice(-PAST_GENERATIONS);
  }

  /** The connections that a query asks for. */
  async find(query: ConnectionQuery): Promise<ConnectionList> {
    const answers = await Promise.all(
      this.#generations().flatMap((one) => one.ask({ kind: "find", query })),
    );
    const past = searchViews(this.#pastViews(query), query);
    const found = answers.filter((answer) => answer !== null);
    return mergeLists([...found, past], query);
  }

  *#pastViews({ state = "live" }: ConnectionQuery): Iterable<ConnectionView> {
    if (state === "live") return;
    for (const { ended } of this.#ended()) {
      for (const { view } of ended) yield view;
    }
  }

  /** What data planes that have drained remember, of all generations. */
  #ended(): Past[] {
    return [...this.#past, ...this.#generations()];
  }

  /** A connection by its number; `null`: nobody who answers remembers it. */
  async show(id: number): Promise<ServedConnection | null> {
    for (const { ended, plan } of this.#ended()) {
      const kept = ended.find(({ view }) => view.id === id);
      if (kept !== undefined) return { ...kept, plan };
    }
    return await firstOf(
      this.#generations().flatMap((one) =>
        one.ask({ kind: "show", id }).map(async (answer) => {
          const kept = await answer;
          return kept && { ...kept, plan: one.plan };
        })
      ),
    );
  }

  /** Closes a connection. @returns Whether one who answers had it open. */
  async close(id: number): Promise<boolean> {
    const closed = await firstOf(
      this.#generations().flatMap((one) =>
        one.ask({ kind: "close", id }).map(async (answer) =>
          await answer === true ? true : null
        )
      ),
    );
    return closed ?? false;
  }
}

/** The first that is something, without waiting for the others. */
async function firstOf<T>(
  promises: readonly Promise<T | null>[],
): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const all = Promise.all(promises.map(async (one) => {
    const value = await one;
    if (value !== null) resolve(value);
  }));
  return await Promise.race([promise, all.then(() => null)]);
}
