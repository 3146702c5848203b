/**
 * Targets that are named by what the client asks for: `{sni}:443`.
 *
 * Whoever may choose the target of a proxy has an open proxy. So the names are
 * bounded by the wildcard of the rule, `SNI *.example.com`, and a target of this
 * kind anywhere else is an error.
 *
 * @module
 */
import type { Matcher } from "../detect/rule_grammar.ts";
import { parsePort } from "./address.ts";
import { type Diagnostic, didYouMean, quoted } from "./diagnostics.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import type { DynamicFact } from "./target_places.ts";
import type { TargetPlace } from "./upstreams.ts";

/** A condition of a rule on a name. */
export interface HostCondition {
  /** The rule word: `SNI`. */
  readonly word: string;
  /** As the config spells it. */
  readonly value: string;
  /** The fact that it tests: `sni`. */
  readonly fact: string;
  readonly matcher: Matcher;
}

/** What reading such a target needs. */
export interface DynamicContext {
  readonly found: Diagnostic[];
  /**
   * The conditions on names of the rule; empty: it has none, or is `CATCHALL`;
   * `null`: the rule is wrong itself.
   */
  readonly hosts: readonly HostCondition[] | null;
}

/** The facts that may name a target. */
const DYNAMIC_FACTS: readonly DynamicFact[] = ["sni", "host"];

/**
 * Top-level domains that the public DNS does not have (RFC 6761, RFC 6762,
 * ICANN's `internal`) or that are in use for names of one's own. A wildcard of
 * any other, `*.com`, bounds nothing.
 */
const OWN_TOPS = new Set(
  "consul corp example home internal intranet invalid lan local localhost private test"
    .split(" "),
);

const EXAMPLE = 'such as "SNI *.example.com"';

/** Whether a text is meant to be such a target. */
export function isDynamicText(text: string): boolean {
  return text.includes("{");
}

/** Reads such a target; reports what is wrong with it. */
export function dynamicTarget(
  node: JsonNode,
  action: JsonNode,
  { found, hosts }: DynamicContext,
): TargetPlace {
  const text = node.value as string;
  const { fact, port, problem } = parse(text);
  const under = hosts?.find((host) =>
    host.fact === fact && host.matcher.form === "suffix"
  );
  const wrong = problem ?? (hosts && whyOpen(text, fact!, hosts));
  if (wrong !== null) {
    found.push({ severity: "error", message: wrong, span: spanOf(node) });
  }
  return {
    kind: "dynamic",
    text,
    fact: fact ?? "sni",
    under: under?.matcher.value ?? ".invalid",
    port: port ?? 0,
    allowPrivate: property(action, "allow_private")?.value.value === true,
  };
}

/** Warns of `allow_private` where no client names the target. */
export function checkAllowPrivate(action: JsonNode, found: Diagnostic[]): void {
  const field = property(action, "allow_private");
  const to = property(action, "to_addr")?.value.value;
  if (field === undefined) return;
  if (typeof to !== "string" || isDynamicText(to)) return;
  found.push({
    severity: "warning",
    message:
      '"allow_private" does nothing: it is for targets such as "{sni}:443"',
    span: spanOf(field.key),
  });
}

interface Parsed {
  readonly fact?: DynamicFact;
  readonly port?: number;
  /** `null`: it is well formed. */
  readonly problem: string | null;
}

function parse(text: string): Parsed {
  const invalid = (problem: string, guess = "") => ({
    problem: `Invalid target ${
      quoted(text)
    }: ${problem}, expected "{sni}:443" or "{host}:80"${guess}`,
  });
  const parts = /^\{([^{}]*)\}(?::(.*))?$/.exec(text);
  if (parts === null) return invalid("the name in braces stands alone");
  const [, name = "", portText = ""] = parts;
  const fact = DYNAMIC_FACTS.find((known) => known === name);
  if (fact === undefined) {
    return invalid(
      `"{${name}}" is not known`,
      didYouMean(name.toLowerCase(), DYNAMIC_FACTS),
    );
  }
  const port = parsePort(portText, "target");
  return typeof port === "string"
    ? invalid(port)
    : { fact, port, problem: null };
}

/** Why clients could choose the target at will; `null`: they cannot. */
function whyOpen(
  text: string,
  fact: DynamicFact,
  hosts: readonly HostCondition[],
): string | null {
  const target = quoted(text);
  const open = `Target ${target} would make an open proxy`;
  const host = hosts.find((host) => host.fact === fact);
  if (host === undefined) {
    const [other] = hosts;
    const meant = DYNAMIC_FACTS.find((known) => known === other?.fact);
    return meant === undefined
      ? `${open} here: expected it under a rule with a wildcard ${EXAMPLE}`
      : `Target ${target} is not known by this rule: did you mean "${
        text.replace(`{${fact}}`, `{${meant}}`)
      }"?`;
  }
  const { word, value, matcher } = host;
  const condition = quoted(`${word} ${value}`);
  switch (matcher.form) {
    case "suffix":
      return whyUnbounded(matcher.value, open, condition);
    case "exact":
      return `Target ${target} needs a rule with a wildcard ${EXAMPLE}: under ${condition} it is always "${
        text.replace(`{${fact}}`, matcher.value)
      }"`;
    case "any":
      return `Target ${target} needs a rule with one wildcard ${EXAMPLE}, and ${condition} is a list: expected a rule for each`;
    default:
      return `${open}: ${condition} does not say below which domain the names are, expected a wildcard ${EXAMPLE}`;
  }
}

/** @param suffix `.example.com`. */
function whyUnbounded(
  suffix: string,
  open: string,
  condition: string,
): string | null {
  const labels = suffix.slice(1).split(".");
  const top = labels.at(-1)!;
  if (/^(?:\d+|0x[\da-f]*)$/.test(top)) {
    return `${open}: what ends as ${condition} says is an IP address, not a name`;
  }
  return labels.length > 1 || OWN_TOPS.has(top)
    ? null
    : `${open}: ${condition} is every name of a top-level domain`;
}
