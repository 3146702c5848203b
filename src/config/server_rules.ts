/**
 * The rules of one protocol of a server.
 *
 * @module
 */
import { commonWords } from "../rule/common_words.ts";
import {
  alternatives,
  type Condition,
  conditionText,
  type FactCondition,
} from "../rule/condition.ts";
import { Prover } from "../rule/implication.ts";
import { addAll } from "./add_all.ts";
import { buildRoute, type Context } from "./actions.ts";
import type { BuiltRule } from "./built_rule.ts";
import { MAX_ERRORS, type Span } from "./diagnostics.ts";
import type { ProtocolPlan, RoutePlan, RulePlan } from "./plan.ts";
import { CATCHALL, textOf, tokenize } from "./rule_tokens.ts";
import { parseRule } from "./rules.ts";
import { type LintedRule, unreachableRules } from "./shadow_lint.ts";
import { type JsonNode, type Property, spanOf } from "./source.ts";

/** After how many problems of bad rules no other rule is read. */
const MAX_ERRORS_IN_ALL = 100 * MAX_ERRORS;

/** The detector that a server means by a name. */
export function detectorOf(name: string, { registry, transport }: Context) {
  return registry.getFor(transport, name);
}

/** Reads the rules of a protocol. */
export function buildRules(
  rules: readonly Property[],
  protocol: string,
  context: Context,
): Pick<ProtocolPlan, "rules" | "catchall"> {
  const own = detectorOf(protocol, context)!.rules;
  const words = { own, common: commonWords() };
  const hasHosts = Object.values(own).some(({ kind }) => kind === "host");
  const prover = new Prover();
  const plans: RulePlan[] = [];
  let catchall: RoutePlan | null = null;
  const linted: LintedRule[] = [];
  let errors = 0;
  for (const { name, key, value } of rules) {
    if (name === CATCHALL) {
      const route = buildRoute(value, context);
      const kept = { protocol, hasHosts, key, action: value, conditions: [] };
      keepRule({ ...kept, route }, context);
      catchall = route;
      linted.push({ text: name, conditions: [], span: spanOf(key) });
      continue;
    }
    const rule = parseRule(key.expanded ?? name, { protocol, words, prover });
    for (const { severity, message, offset, length } of rule.problems) {
      const span = key.expanded === undefined
        ? within(key, offset, length)
        : spanOf(key);
      context.found.push({ severity, message, span });
    }
    const bad = rule.problems.some(({ severity }) => severity === "error");
    if (bad) errors += rule.problems.length;
    if (errors > MAX_ERRORS_IN_ALL) break;
    const hosts = bad ? null : hostConditions(rule.conditions);
    const route = buildRoute(value, { ...context, hosts });
    if (bad || route === null) continue;
    addAll(linted, lintedRules(name, rule.conditions, spanOf(key)));
    const kept = { protocol, hasHosts, key, action: value };
    keepRule({ ...kept, conditions: rule.conditions, route }, context);
    const conditions = rule.conditions.map(({ word, value, negated }) => ({
      word,
      value,
      negated,
    }));
    const text = key.expanded === undefined
      ? rule.text
      : textOf(tokenize(name));
    plans.push({ text, conditions, route });
  }
  addAll(context.found, unreachableRules(linted, protocol, prover));
  return { rules: plans, catchall };
}

/** Keeps a rule with its place, where that is asked for. */
export function keepRule(
  { route, ...rule }:
    & Omit<BuiltRule, "server" | "route">
    & { readonly route: RoutePlan | null },
  { kept, server }: Context,
): void {
  if (route !== null) kept?.push({ ...rule, server, route });
}

/** A rule as it is tried: one with a list of hosts once for each of them. */
function lintedRules(
  text: string,
  written: readonly Condition[],
  span: Span,
): LintedRule[] {
  const all = alternatives(written);
  return all.map((conditions) => ({
    // Only for messages: the conditions beside a list may be long.
    get text() {
      return all.length === 1
        ? text
        : conditions.map((condition) => conditionText(condition)).join(" ");
    },
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
