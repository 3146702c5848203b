/**
 * Rules with lists of names: one for each name while they are put in order, and
 * one for all that go to the same target when they are written.
 *
 * @module
 */
import { type Condition, conditionText } from "../rule/condition.ts";
import { specificity } from "../rule/rank.ts";
import type { WrittenCondition } from "../rule/written_condition.ts";
import type { Json } from "./entry.ts";
import { type Origin, placeOf } from "./origin.ts";

/** A rule that is tried when those before it did not match. */
export interface OrderedRule {
  /** All of them must hold; none: it always matches, as CATCHALL does. */
  readonly conditions: readonly WrittenCondition[];
  readonly action: Json;
  readonly origin: Origin;
}

/** A rule whose conditions are read, with one name where it has a list. */
export interface ReadRule extends Omit<OrderedRule, "conditions"> {
  readonly read: readonly Condition[];
  /** Its place among the others, as passthru tries them. */
  readonly key: readonly number[];
  /** Its action as text: rules with one action may change places. */
  readonly said: string;
}

/** A rule with what its order is found by. */
export function readRule(
  { read, action, origin }: Pick<ReadRule, "read" | "action" | "origin">,
): ReadRule {
  const key = specificity(read);
  return { read, action, origin, key, said: JSON.stringify(action) };
}

/** Rules that differ in one name only, as one rule with a list of names. */
export function withLists(rules: readonly ReadRule[]): OrderedRule[] {
  const lists = new Map<string, OrderedRule>();
  for (const [index, { read, action, origin }] of rules.entries()) {
    const conditions = read.map(writtenOf);
    const hosts = read.filter(isPlainHost);
    const [host] = hosts;
    const others = read.filter((one) => one !== host).map(conditionText);
    const key = host === undefined || hosts.length > 1
      ? String(index)
      : JSON.stringify([
        placeOf(origin),
        action,
        read.indexOf(host),
        host.word,
        others,
      ]);
    const first = lists.get(key);
    // The name stands where it stood in the first rule: the others are the same.
    const place = read.indexOf(host!);
    lists.set(key, {
      conditions: first === undefined
        ? conditions
        : first.conditions.map((one, index) =>
          index === place
            ? { ...one, value: `${one.value},${host!.value}` }
            : one
        ),
      action,
      origin,
    });
  }
  return [...lists.values()];
}

function writtenOf({ word, value, negated }: Condition): WrittenCondition {
  return { word, value, negated };
}

/** Whether a condition asks for a name or a wildcard, as lists have them. */
function isPlainHost(one: Condition): boolean {
  return one.kind === "fact" && one.host && !one.negated &&
    (one.matcher.form === "exact" || one.matcher.form === "suffix");
}
