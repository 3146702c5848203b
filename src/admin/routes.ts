/**
 * Which path and method is which call: the one table of the admin API.
 *
 * @module
 */
import type { Access } from "./access.ts";
import * as calls from "./calls.ts";

/** What a method of a path does. */
export interface Operation {
  readonly access: Access;
  readonly answer: calls.Answer;
}

/** A path with its methods; `GET` stands for `HEAD` too. */
export interface Route {
  readonly methods: Readonly<Partial<Record<"GET" | "POST", Operation>>>;
  /** What stands for `ID`; empty: the path has none. */
  readonly id: string;
}

/** Paths with an operation each; all but those that say so read or change. */
const TABLE: readonly (readonly [
  path: string,
  method: "GET" | "POST",
  answer: calls.Answer,
  access?: Access,
])[] = [
  ["/", "GET", calls.home, "page"],
  ["/healthz", "GET", calls.health, "probe"],
  ["/readyz", "GET", calls.ready, "probe"],
  ["/metrics", "GET", calls.metrics],
  ["/api/state", "GET", calls.state],
  ["/api/connections", "GET", calls.connections],
  ["/api/connections/ID", "GET", calls.connection],
  ["/api/connections/ID/close", "POST", calls.close],
  ["/api/events", "GET", calls.events],
  ["/api/reload", "POST", calls.reload],
  ["/api/drain", "POST", calls.drain],
  ["/api/log", "POST", calls.log],
];

const ROUTES = TABLE.map(([path, method, answer, given]) => {
  const access: Access = given ?? (method === "GET" ? "read" : "change");
  const pattern = new RegExp(`^${path.replace("ID", "([^/]+)")}$`);
  return { pattern, methods: { [method]: { access, answer } } };
});

/** Finds the route of a path; `null`: there is none. */
export function routeOf(path: string): Route | null {
  for (const { pattern, methods } of ROUTES) {
    const match = pattern.exec(path);
    if (match !== null) return { methods, id: match[1] ?? "" };
  }
  return null;
}

/** The methods of a route, as the header `Allow` lists them. */
export function allowedMethods({ methods }: Route): string {
  return Object.keys(methods)
    .map((method) => method === "GET" ? "GET, HEAD" : method).join(", ");
}
