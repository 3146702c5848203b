/**
 * The config's servers: addresses, protocols, rules and actions.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import { PSEUDO_PROTOCOLS } from "../detect/registry.ts";
import { commonWords } from "../rule/common_words.ts";
import {
  alternatives,
  type Condition,
  conditionText,
  type FactCondition,
} from "../rule/condition.ts";
import { Prover } from "../rule/implication.ts";
import { buildRoute, type Context, error, parseListenNode } from "./actions.ts";
import type { BuiltDetectors } from "./detectors.ts";
import type { Diagnostic, Span } from "./diagnostics.ts";
import type {
  ListenerPlan,
  ProtocolPlan,
  RoutePlan,
  RulePlan,
} from "./plan.ts";
import { unknownProtocol } from "./protocol_names.ts";
import { CATCHALL } from "./rule_tokens.ts";
import { parseRule } from "./rules.ts";
import { type LintedRule, unreachableRules } from "./shadow_lint.ts";
import { type ServerSettings, serverSettings } from "./settings.ts";
import { silentAfterOf } from "./silence.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** Reads `servers`. */
export function buildServers(
  node: JsonNode | undefined,
  defaults: ServerSettings,
  detectors: BuiltDetectors,
  found: Diagnostic[],
): ListenerPlan[] {
  const { registry, broken } = detectors;
  const servers = properties(node);
  if (node?.type === "object" && servers.length === 0) {
    found.push({
      severity: "error",
      message: "No servers: expected at least one address to listen on",
      span: spanOf(node),
    });
  }
  return servers.map((server) => {
    const options = property(server.value, "options")?.value;
    const settings = serverSettings(options, defaults, found);
    return buildServer(server, { registry, broken, found, settings });
  });
}

function buildServer(server: Property, context: Context): ListenerPlan {
  const address = parseListenNode(server.key, context);
  const protocols: ProtocolPlan[] = [];
  const pseudo = new Map<string, RoutePlan | null>();
  for (const entry of properties(server.value)) {
    if (entry.name === "options") continue;
    if ((PSEUDO_PROTOCOLS as readonly string[]).includes(entry.name)) {
      pseudo.set(entry.name, buildPseudo(entry, context));
    } else {
      const protocol = buildProtocol(entry, context);
      if (protocol !== null) protocols.push(protocol);
    }
  }
  warnOfNothing(server, context);
  const { detectTimeoutMs, maxPeekBytes, backlog, acceptProxy, limits } =
    context.settings;
  const routes = {
    protocols,
    silent: pseudo.get("SILENT") ?? null,
    catchall: pseudo.get(CATCHALL) ?? null,
  };
  const { silentAfterMs: given, legacy } = context.settings;
  return {
    address,
    ...routes,
    detectTimeoutMs,
    silentAfterMs: silentAfterOf(routes, { given, legacy }),
    maxPeekBytes,
    backlog,
    ...(acceptProxy === undefined ? {} : { acceptProxy }),
    limits,
  };
}

/** Warns of a listener that would refuse everybody. */
function warnOfNothing({ name, key, value }: Property, context: Context): void {
  const protocols = properties(value).filter(({ name }) => name !== "options");
  if (value.type !== "object" || protocols.length > 0) return;
  context.found.push({
    severity: "warning",
    message: `Listener ${
      JSON.stringify(name)
    } has no protocols: it refuses every connection`,
    span: spanOf(key),
  });
}

/** `CATCHALL` and `SILENT` as protocols: their only rule is `CATCHALL`. */
function buildPseudo(entry: Property, context: Context): RoutePlan | null {
  let route: RoutePlan | null = null;
  for (const rule of properties(entry.value)) {
    if (rule.name === CATCHALL) route = buildRoute(rule.value, context);
    else {
      error(
        context,
        rule.key,
        `Unknown rule ${
          JSON.stringify(rule.name)
        } of ${entry.name}: expected only CATCHALL`,
      );
    }
  }
  if (entry.value.type === "object" && properties(entry.value).length === 0) {
    error(context, entry.key, `${entry.name} has no rule: expected CATCHALL`);
  }
  return route;
}

function buildProtocol(
  entry: Property,
  context: Context,
): ProtocolPlan | null {
  const detector = context.registry.get(entry.name);
  if (detector === undefined) {
    if (context.broken.has(entry.name)) return null;
    error(context, entry.key, unknownProtocol(entry.name, context.registry));
    return null;
  }
  const rules = properties(entry.value);
  if (entry.value.type === "object" && rules.length === 0) {
    context.found.push({
      severity: "warning",
      message: `${entry.name} has no rules: it routes nothing`,
      span: spanOf(entry.key),
    });
  }
  const catchall = rules.find((rule) => rule.name === CATCHALL);
  return {
    protocol: entry.name,
    rules: buildRules(rules, entry.name, context),
    catchall: catchall === undefined
      ? null
      : buildRoute(catchall.value, context),
  };
}

function buildRules(
  rules: readonly Property[],
  protocol: string,
  context: Context,
): RulePlan[] {
  const own = context.registry.get(protocol)!.rules;
  const words = { own, common: commonWords() };
  const prover = new Prover();
  const plans: RulePlan[] = [];
  const linted: LintedRule[] = [];
  for (const { name, key, value } of rules) {
    if (name === CATCHALL) {
      linted.push({ text: name, conditions: [], span: spanOf(key) });
      continue;
    }
    const rule = parseRule(name, { protocol, words, prover });
    for (const { severity, message, offset, length } of rule.problems) {
      context.found.push({
        severity,
        message,
        span: within(key, offset, length),
      });
    }
    const bad = rule.problems.some(({ severity }) => severity === "error");
    const hosts = bad ? null : hostConditions(rule.conditions);
    const route = buildRoute(value, { ...context, hosts });
    if (bad || route === null) continue;
    linted.push(...lintedRules(name, rule.conditions, spanOf(key)));
    const conditions = rule.conditions.map(({ word, value, negated }) => ({
      word,
      value,
      negated,
    }));
    plans.push({ text: rule.text, conditions, route });
  }
  context.found.push(...unreachableRules(linted, protocol, prover));
  return plans;
}

/** A rule as it is tried: one with a list of hosts once for each of them. */
function lintedRules(
  text: string,
  written: readonly Condition[],
  span: Span,
): LintedRule[] {
  const all = alternatives(written);
  return all.map((conditions) => ({
    text: all.length === 1
      ? text
      : conditions.map((condition) => conditionText(condition)).join(" "),
    conditions,
    span,
  }));
}

/** The conditions that bound a name: one with a `!` bounds nothing. */
function hostConditions(conditions: readonly Condition[]): FactCondition[] {
  return conditions.filter((condition) => condition.kind === "fact")
    .filter(({ host, negated }) => host && !negated);
}

/** A part of a string's text; the whole string when it holds escapes. */
function within(node: JsonNode, offset: number, length: number) {
  const plain = node.length === (node.value as string).length + 2;
  return plain && length > 0
    ? { offset: node.offset + 1 + offset, length }
    : spanOf(node);
}
