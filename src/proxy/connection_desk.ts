/**
 * Answers about single connections, from all data planes there are.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import { mergeLists } from "../observe/connection_search.ts";
import type {
  ConnectionList,
  ConnectionQuery,
} from "../observe/connection_view.ts";
import type { Generation } from "./generation.ts";

/** A connection, and the Plan that its generation serves. */
export interface ServedConnection extends KeptConnection {
  readonly plan: Plan;
}

/** What is asked of a generation. */
export type Asked = Pick<Generation, "ask" | "plan">;

/**
 * Asks the data planes. One that is busy, stops or has died gives no answer in
 * time, and those of the others count.
 */
export class ConnectionDesk {
  readonly #generations: () => readonly Asked[];

  /** @param generations Those there are now, draining ones too. */
  constructor(generations: () => readonly Asked[]) {
    this.#generations = generations;
  }

  /** The connections that a query asks for. */
  async find(query: ConnectionQuery): Promise<ConnectionList> {
    const answers = await Promise.all(
      this.#generations().flatMap((one) => one.ask({ kind: "find", query })),
    );
    return mergeLists(answers.filter((answer) => answer !== null), query);
  }

  /** A connection by its number; `null`: nobody who answers remembers it. */
  show(id: number): Promise<ServedConnection | null> {
    return firstOf(
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
