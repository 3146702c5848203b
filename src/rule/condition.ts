/**
 * Conditions of rules, `SNI example.com` or `!FROM 10.0.0.0/8`, ready to be
 * tested.
 *
 * @module
 */
import type { Facts, FactValue } from "../detect/facts.ts";
import type {
  Matcher,
  ParsedValue,
  RuleGrammar,
} from "../detect/rule_grammar.ts";
import type { CommonTest, CommonWords } from "./common_words.ts";
import type { Connection } from "./connection.ts";
import { parseHosts } from "./host_list.ts";
import type { WrittenCondition } from "./written_condition.ts";

/** The rule words of a protocol: its own, and those of every protocol. */
export interface Words {
  readonly own: RuleGrammar;
  readonly common: CommonWords;
}

/** A condition of a rule. */
export type Condition = FactCondition | CommonCondition;

interface ConditionBase extends WrittenCondition {
  /** Without the `!`: conditions with the same one ask for the same. */
  readonly identity: string;
  /**
   * Whether it is fulfilled. What is not known fulfils neither a condition nor
   * its opposite.
   */
  holds(facts: Facts, connection: Connection): boolean;
  /** What the connection has of what is asked for; `null`: nothing. */
  found(facts: Facts, connection: Connection): FactValue | null;
}

/** A condition about what a detector has learnt. */
export interface FactCondition extends ConditionBase {
  /** The discriminant. */
  readonly kind: "fact";
  /** The fact that it tests. */
  readonly fact: string;
  /** Whether it is about a host: such conditions say first what is narrower. */
  readonly host: boolean;
  /** Whether a connection has several values, of which any may match. */
  readonly many: boolean;
  /** Whether the fact may be missing only because it has not come yet. */
  readonly late: boolean;
  /** Where this fact is there, neither it nor its opposite holds. */
  readonly unless?: string;
  /** The test without the `!`. */
  readonly matcher: Matcher;
}

/** A condition about the connection: `FROM`, `TIME`. */
export interface CommonCondition extends ConditionBase {
  /** The discriminant. */
  readonly kind: "common";
  /** The test without the `!`. */
  readonly common: CommonTest;
}

/** A condition that could be read, or why not. */
export type ReadCondition =
  | {
    readonly ok: true;
    readonly condition: Condition;
    /** What the value may not mean as it was meant. */
    readonly remark?: string;
  }
  | Extract<ParsedValue, { readonly ok: false }>;

/** Whether there is such a word (without a `!`). */
export function hasWord({ own, common }: Words, word: string): boolean {
  return Object.hasOwn(own, word) || Object.hasOwn(common, word);
}

/** All words, those of the protocol first. */
export function wordNames({ own, common }: Words): string[] {
  return [...Object.keys(own), ...Object.keys(common)];
}

/**
 * Reads a condition.
 *
 * @param plan Its word is one of the words.
 */
export function readCondition(
  plan: WrittenCondition,
  { own, common }: Words,
): ReadCondition {
  const { word, value } = plan;
  if (Object.hasOwn(common, word)) {
    const parsed = common[word as keyof CommonWords].parse(value);
    return parsed.ok
      ? { ok: true, condition: commonCondition(plan, parsed.test) }
      : parsed;
  }
  const known = own[word]!;
  const parsed = known.kind === "host"
    ? parseHosts(known, value)
    : known.parse(value);
  if (!parsed.ok) return parsed;
  const { matcher, remark } = parsed;
  const condition = factCondition({
    ...plan,
    kind: "fact",
    fact: matcher.fact ?? known.fact,
    host: known.kind === "host",
    many: known.many,
    late: known.late ?? false,
    ...(known.unless === undefined ? {} : { unless: known.unless }),
    matcher,
  });
  return {
    ok: true,
    condition,
    ...(remark === undefined ? {} : { remark }),
  };
}

/**
 * Reads the conditions of a rule of a Plan.
 *
 * @throws {RangeError} When the words do not have them.
 */
export function readConditions(
  plans: readonly WrittenCondition[],
  words: Words,
): Condition[] {
  return plans.map((plan) => {
    const read = hasWord(words, plan.word) ? readCondition(plan, words) : null;
    if (!read?.ok) {
      throw new RangeError(
        `Cannot route: bad condition "${conditionText(plan)}"`,
      );
    }
    return read.condition;
  });
}

/**
 * The rules that a rule stands for: with `SNI a.example,*.b.example` it is one
 * by the one host and one by the other, each as narrow as it is.
 *
 * @returns Each with as many conditions as given, in their order.
 */
export function alternatives(
  conditions: readonly Condition[],
): (readonly Condition[])[] {
  let rows = [conditions];
  for (const [at, condition] of conditions.entries()) {
    const choices = choicesOf(condition);
    // Most are no list, and there may be many of them.
    if (choices[0] === condition) continue;
    rows = rows.flatMap((row) => choices.map((choice) => row.with(at, choice)));
  }
  return rows;
}

function choicesOf(condition: Condition): Condition[] {
  // None of the hosts is one condition.
  return condition.kind === "common" || condition.negated
    ? [condition]
    : oneByOne(condition);
}

/** A condition for each host of a list. */
export function oneByOne(condition: FactCondition): FactCondition[] {
  const { anyOf } = condition.matcher;
  return anyOf === undefined
    ? [condition]
    : anyOf.map((matcher) =>
      factCondition({
        ...condition,
        matcher,
        value: matcher.form === "suffix" ? `*${matcher.value}` : matcher.value,
      })
    );
}

/** The condition that asks for the opposite. */
export function opposite(condition: Condition): Condition {
  const negated = !condition.negated;
  return condition.kind === "fact"
    ? factCondition({ ...condition, negated })
    : commonCondition({ ...condition, negated }, condition.common);
}

/** A condition as the config spells it. */
export function conditionText(
  { word, value, negated }: WrittenCondition,
): string {
  return `${negated ? "!" : ""}${word} ${value}`.trimEnd();
}

/** The facts that conditions test. */
export function neededFacts(conditions: Iterable<Condition>): Set<string> {
  const facts = new Set<string>();
  for (const condition of conditions) {
    if (condition.kind !== "fact") continue;
    facts.add(condition.fact);
    const { needs } = condition.matcher;
    if (needs !== undefined) facts.add(needs);
  }
  return facts;
}

function factCondition(
  fields: Omit<FactCondition, "identity" | "holds" | "found">,
): FactCondition {
  const { fact, late, unless, negated, matcher } = fields;
  const isFulfilled = negated
    ? (facts: Facts) =>
      !(late && facts[fact] === undefined) && !matcher.test(facts)
    : (facts: Facts) => matcher.test(facts);
  return {
    ...fields,
    identity: `${fact} ${matcher.form} ${matcher.value}`,
    holds: unless === undefined
      ? isFulfilled
      : (facts) => facts[unless] === undefined && isFulfilled(facts),
    found: (facts) => facts[fact] ?? null,
  };
}

function commonCondition(
  { word, value, negated }: WrittenCondition,
  common: CommonTest,
): CommonCondition {
  return {
    word,
    value,
    negated,
    kind: "common",
    common,
    identity: `${common.kind} ${common.identity}`,
    holds: (_facts, connection) => common.test(connection) === !negated,
    found: (_facts, connection) => common.found(connection),
  };
}
