/**
 * Looking at a running passthru once.
 *
 * @module
 */
import type {
  ConnectionList,
  ConnectionQuery,
  State,
} from "../../admin/api.ts";
import type { AdminClient } from "../../admin/client.ts";
import { FIRST_VIEW, queryOf } from "./view.ts";

/** What is known at a time. */
export interface Snapshot {
  readonly state: State;
  readonly list: ConnectionList;
}

/** Connections that are asked for. */
export const USUAL_LIMIT = 200;
/** Connections that are asked for when somebody goes far down. */
export const MOST_LIMIT = 1_000;

/** The first look. */
export async function firstLook(client: AdminClient): Promise<Snapshot> {
  return await look(client, queryOf(FIRST_VIEW, USUAL_LIMIT));
}

/** Asks for everything that a screen shows. */
export async function look(
  client: AdminClient,
  query: ConnectionQuery,
): Promise<Snapshot> {
  const [state, list] = await Promise.all([
    client.state({ config: "no" }),
    client.connections(query),
  ]);
  return { state, list };
}

/** Whether two queries ask for the same connections, but for how many. */
export function sameQuery(a: ConnectionQuery, b: ConnectionQuery): boolean {
  return a.state === b.state && a.q === b.q && a.sort === b.sort;
}
