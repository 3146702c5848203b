/**
 * `within` of an include: what its files may add to the config.
 *
 * @module
 */
import { hostWord } from "../../detect/rule_grammar.ts";
import {
  type Diagnostic,
  didYouMean,
  orList,
  quoted,
  type Span,
} from "../diagnostics.ts";
import { type JsonNode, property, spanOf } from "../json_tree.ts";
import { type HostName, isWithinHost } from "./host_pattern.ts";
import { parseBound, type Reach, TargetBounds } from "./target_bounds.ts";

/** What the files of an include may add. */
export interface Bounds {
  /** Servers that may get rules, as written in `servers`. */
  readonly listeners: ReadonlySet<string>;
  readonly to: TargetBounds;
  /** Hosts that rules may have; `null`: all that nobody else has. */
  readonly names: readonly HostName[] | null;
  /** Where each is written. */
  readonly places: {
    readonly within: Span;
    readonly listeners: Span;
    readonly to: Span;
    readonly names: Span | null;
  };
}

/** Hosts as conditions have them. */
const HOST = hostWord("host");

/**
 * Reads `within`; what has not the right shape is reported elsewhere, and allows
 * nothing.
 *
 * @param servers The servers that files without bounds have.
 */
export function boundsOf(
  within: JsonNode,
  servers: readonly string[],
  found: Diagnostic[],
): Bounds {
  const list = (name: string) => property(within, name)?.value;
  const names = list("names");
  for (const node of texts(list("listeners"))) {
    const listener = node.value as string;
    if (servers.includes(listener)) continue;
    const message = `Unknown server ${quoted(listener)}: expected ${
      orList(servers.map((name) => quoted(name))) || "a server"
    }${didYouMean(listener, servers)}`;
    found.push({ severity: "error", message, span: spanOf(node) });
  }
  const listeners = texts(list("listeners"));
  const place = (name: string) => spanOf(list(name) ?? within);
  return {
    listeners: new Set(listeners.map(({ value }) => value as string)),
    to: new TargetBounds(
      texts(list("to")).flatMap((node) => boundIn(node, found)),
    ),
    names: names === undefined
      ? null
      : texts(names).flatMap((node) => nameIn(node, found)),
    places: {
      within: spanOf(within),
      listeners: place("listeners"),
      to: place("to"),
      names: names === undefined ? null : spanOf(names),
    },
  };
}

/** What all of some bounds allow to reach. */
export function reachOf(all: readonly Bounds[]): Reach {
  const reaches = all.map(({ to }) => to.reach);
  return {
    net: reaches.flatMap(({ net }) => net),
    sockets: reaches.flatMap(({ sockets }) => sockets),
    unnamed: reaches.flatMap(({ unnamed }) => unnamed),
  };
}

/** The narrowest of some names that has all that a host may be. */
export function grantFor(
  host: HostName,
  names: readonly HostName[],
): HostName | null {
  return names.filter((name) => isWithinHost(host, name))
    .sort((a, b) => isWithinHost(a, b) ? -1 : 1)[0] ?? null;
}

function texts(list: JsonNode | undefined): JsonNode[] {
  return (list?.type === "array" ? list.children ?? [] : [])
    .filter(({ type }) => type === "string");
}

function boundIn(node: JsonNode, found: Diagnostic[]) {
  const parsed = parseBound(node.value);
  if (parsed.ok) return [parsed.bound];
  const { problem, suggestion } = parsed;
  const guess = suggestion === undefined
    ? ""
    : ` (did you mean ${quoted(suggestion)}?)`;
  found.push({
    severity: "error",
    message: `Invalid entry of "to" ${
      quoted(node.value)
    }: ${problem}, expected a block such as "10.0.0.0/8" or "[fd00::/8]:443", a name such as "*.app.internal", or "unix:/run/app.sock"${guess}`,
    span: spanOf(node),
  });
  return [];
}

function nameIn(node: JsonNode, found: Diagnostic[]): HostName[] {
  const parsed = HOST.parse(node.value);
  if (parsed.ok) {
    const { form, value } = parsed.matcher;
    if (form === "exact" || form === "suffix") return [{ form, value }];
  }
  found.push({
    severity: "error",
    message: `Invalid entry of "names" ${
      quoted(node.value)
    }: expected a host such as "app.example.com" or "*.apps.example.com"`,
    span: spanOf(node),
  });
  return [];
}
