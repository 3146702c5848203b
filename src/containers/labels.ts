/**
 * The labels of a container: `passthru.rule`, `passthru.web.port`.
 *
 * @module
 */
import { nearestNames } from "../detect/near_names.ts";
import { LABEL_PREFIX, MAX_LABEL_LENGTH } from "./container.ts";

/** What a label may say of a route. */
export const ROUTE_FIELDS = [
  "listen",
  "network",
  "port",
  "protocol",
  "rule",
  "send_proxy",
] as const;

/** One of {@linkcode ROUTE_FIELDS}. */
export type RouteField = typeof ROUTE_FIELDS[number];

/** What a label may say of the whole container. */
const CONTAINER_FIELDS = ["enable", "group"] as const;
/** Fields of the container that hold for each of its routes, if it has not its own. */
const SHARED: readonly RouteField[] = [
  "listen",
  "network",
  "port",
  "send_proxy",
];
const ROUTE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Most routes of one container. */
export const MAX_ROUTES = 32;
/** Longest part of a label's name that a message shows. */
const MAX_SHOWN_LENGTH = 64;

/** What labels say of a route. */
export interface RouteLabels {
  /** The `NAME` of `passthru.NAME.rule`; empty: `passthru.rule`. */
  readonly name: string;
  readonly fields: ReadonlyMap<RouteField, string>;
}

/** What the labels of a container ask for. */
export interface LabelRequest {
  readonly routes: readonly RouteLabels[];
  /** The name that containers of one service have in common; `null`: none. */
  readonly group: string | null;
  /** What is wrong with single labels, in words. */
  readonly problems: readonly string[];
}

/**
 * Reads the labels of a container, by their names without `passthru.`.
 *
 * A container asks for a route by a label with a rule or a protocol. All that is
 * wrong with a route's labels leaves out that route alone.
 */
export function readLabels(
  labels: ReadonlyMap<string, string | null>,
): LabelRequest {
  const problems: string[] = [];
  const bad = new Set<string>();
  const routes = new Map<string, Map<RouteField, string>>();
  let enabled = true;
  let group: string | null = null;
  for (const [label, value] of labels) {
    const split = label.lastIndexOf(".");
    const name = label.slice(0, Math.max(0, split));
    const field = label.slice(split + 1);
    const problem = labelProblem(label, { name, field, value });
    if (problem !== null) {
      problems.push(problem);
      bad.add(name);
    } else if (field === "enable") enabled = value === "true";
    else if (field === "group") group = value;
    else {
      const fields = routes.get(name) ?? new Map<RouteField, string>();
      routes.set(name, fields.set(field as RouteField, value!.trim()));
    }
  }
  if (!enabled) return { routes: [], group, problems: [] };
  const { kept, incomplete } = withShared(routes);
  problems.push(...incomplete);
  const good = kept.filter(({ name }) => !bad.has(name) && !bad.has(""));
  if (good.length > MAX_ROUTES) {
    problems.push(
      `it has ${good.length} routes: expected at most ${MAX_ROUTES}`,
    );
  }
  return { routes: good.slice(0, MAX_ROUTES), group, problems };
}

/** Adds what holds for all routes, and leaves out what is no route. */
function withShared(
  routes: ReadonlyMap<string, ReadonlyMap<RouteField, string>>,
): { readonly kept: RouteLabels[]; readonly incomplete: string[] } {
  const shared = [...routes.get("") ?? []].filter(([field]) =>
    SHARED.includes(field)
  );
  const kept: RouteLabels[] = [];
  const incomplete: string[] = [];
  for (const [name, fields] of routes) {
    if (fields.has("rule") || fields.has("protocol")) {
      kept.push({ name, fields: new Map([...shared, ...fields]) });
    } else if (name !== "" || routes.size === 1) {
      incomplete.push(
        `route ${JSON.stringify(name)} has no rule: expected a label ${
          JSON.stringify(labelName(name, "rule"))
        } such as "TLS SNI app.example.com"`,
      );
    }
  }
  return { kept: kept.sort((a, b) => a.name < b.name ? -1 : 1), incomplete };
}

/** A label as it is written. */
export function labelName(route: string, field: string): string {
  return LABEL_PREFIX + (route === "" ? field : `${route}.${field}`);
}

/** What is wrong with a label, or `null`. */
function labelProblem(
  label: string,
  { name, field, value }: {
    readonly name: string;
    readonly field: string;
    readonly value: string | null;
  },
): string | null {
  const shown = JSON.stringify(LABEL_PREFIX + label.slice(0, MAX_SHOWN_LENGTH));
  const known: readonly string[] = name === ""
    ? [...CONTAINER_FIELDS, ...ROUTE_FIELDS]
    : ROUTE_FIELDS;
  if (name !== "" && !ROUTE_NAME.test(name)) {
    return `label ${shown}: expected "${LABEL_PREFIX}NAME.FIELD" with a name of at most 64 letters, digits, "-" and "_"`;
  }
  if (!known.includes(field)) {
    const near = nearestNames(field, known)[0];
    return `label ${shown} is not known: expected one of ${known.join(", ")}${
      near === undefined ? "" : ` (did you mean "${labelName(name, near)}"?)`
    }`;
  }
  if (value === null) {
    return `label ${shown} is too long: expected at most ${MAX_LABEL_LENGTH} characters`;
  }
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(value)) {
    return `label ${shown} contains control characters`;
  }
  if (value.trim() === "") return `label ${shown} is empty`;
  if (field === "enable" && value !== "true" && value !== "false") {
    return `label ${shown}: found ${
      JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH))
    }, expected "true" or "false"`;
  }
  return null;
}
