/**
 * The matchers of Traefik's rules as expressions.
 *
 * @module
 */
import { LinearRegex } from "../../detect/linear_regex.ts";
import { clientIn } from "../ordered/address_tests.ts";
import {
  allOf,
  any,
  anyOf,
  type Expression,
  FALSE,
  not,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { goHostRegex, oneLabelPattern } from "../tree/host_patterns.ts";
import type { RuleTree } from "./rule_parser.ts";

/** Which connections a router is for, and how its rule is to be read. */
export interface RuleUse {
  /** What the server name is in; `null`: the router is for what has none. */
  readonly protocol: "TLS" | "POSTGRES" | null;
  /** The older syntax. */
  readonly v2: boolean;
}

/** A rule as an expression. */
export function ruleExpression(tree: RuleTree, use: RuleUse): Expression {
  switch (tree.kind) {
    case "and":
      return allOf(tree.of.map((each) => ruleExpression(each, use)));
    case "or":
      return anyOf(tree.of.map((each) => ruleExpression(each, use)));
    case "not":
      return not(ruleExpression(tree.of, use));
    case "call":
      return matcher(tree.name, tree.values, use);
  }
}

type Call = Extract<RuleTree, { kind: "call" }>;

/** The matchers in a rule. */
function callsOf(tree: RuleTree): Call[] {
  if (tree.kind === "call") return [tree];
  return tree.kind === "not" ? callsOf(tree.of) : tree.of.flatMap(callsOf);
}

/** The names of the matchers in a rule, in lower case. */
export function matcherNames(tree: RuleTree): string[] {
  return callsOf(tree).map(({ name }) => name.toLowerCase());
}

/** Whether a rule has `{name:pattern}`, which only the older syntax knows. */
export function hasTemplate(tree: RuleTree): boolean {
  return callsOf(tree).some(({ name, values }) =>
    name.toLowerCase() === "hostsniregexp" &&
    values.some((value) => /\{[a-z_]\w*(?::.*)?\}/i.test(value))
  );
}

/** Whether the rule is ``HostSNI(`*`)`` and nothing else. */
export function isCatchAll(tree: RuleTree): boolean {
  return tree.kind === "call" && tree.name.toLowerCase() === "hostsni" &&
    tree.values.length === 1 && tree.values[0] === "*";
}

/** A matcher with its values as an expression. */
function matcher(
  name: string,
  values: readonly string[],
  use: RuleUse,
): Expression {
  switch (name.toLowerCase()) {
    case "hostsni":
      return anyOf(values.map((value) => hostSni(value, use)));
    case "hostsniregexp":
      return anyOf(values.map((value) => hostSniRegexp(value, use)));
    case "alpn":
      return anyOf(values.map((value) => inHello(use, ["ALPN", value])));
    case "clientip":
      return clientIn(values);
  }
  return unknown(`${quoted(name)} is no matcher of TCP routers`);
}

/** A condition about a ClientHello, which only TLS has. */
function inHello(
  { protocol }: RuleUse,
  condition: readonly [word: string, value: string],
): Expression {
  return protocol === null ? FALSE : word(protocol, condition);
}

function hostSni(value: string, use: RuleUse): Expression {
  if (value === "*") return TRUE;
  const host = value.replace(/\.$/, "").toLowerCase();
  return inHello(use, ["SNI", use.v2 ? host : oneLabelPattern(host)]);
}

function hostSniRegexp(value: string, use: RuleUse): Expression {
  const { protocol, v2 } = use;
  const pattern = goHostRegex(v2 ? templatePattern(value) : value);
  const named = inHello(use, ["SNI", `/${pattern}/`]);
  if (!matchesNothing(pattern)) return named;
  // A client without a name has the name "" there.
  if (protocol === null) return TRUE;
  return protocol === "TLS"
    ? any(named, word("TLS", ["NOSNI", ""]))
    : any(named, not(word("POSTGRES", ["SNI", "/^/"])));
}

/** Whether an expression fits the empty text; if it is broken that is found later. */
function matchesNothing(pattern: string): boolean {
  try {
    return new LinearRegex(pattern).scan(new Uint8Array(), true) === "match";
  } catch {
    return false;
  }
}

/** `{name:pattern}.example.com`, as version 2 has it. */
function templatePattern(template: string): string {
  let pattern = "";
  let at = 0;
  while (at < template.length) {
    if (template[at] !== "{") {
      pattern += template[at]!.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
      at++;
      continue;
    }
    let depth = 0;
    let end = at;
    do {
      if (template[end] === "{") depth++;
      else if (template[end] === "}") depth--;
      end++;
    } while (depth > 0 && end < template.length);
    const inner = template.slice(at + 1, end - 1);
    const colon = inner.indexOf(":");
    pattern += colon < 0 ? "(?:[^.]+)" : `(?:${inner.slice(colon + 1)})`;
    at = end;
  }
  return `^${pattern}$`;
}
