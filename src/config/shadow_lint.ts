/**
 * Rules that can never win, because others that are tried before them fit every
 * connection that they fit.
 *
 * @module
 */
import type { Condition } from "../rule/condition.ts";
import { ConditionNumbers } from "../rule/condition_numbers.ts";
import type { Prover } from "../rule/implication.ts";
import { rank } from "../rule/rank.ts";
import { type Diagnostic, quoted, type Span } from "./diagnostics.ts";

/** A rule of a protocol; `CATCHALL` is the one without conditions. */
export interface LintedRule {
  /** As the config spells it. */
  readonly text: string;
  readonly conditions: readonly Condition[];
  /** Where it is. */
  readonly span: Span;
}

/**
 * Most comparisons of two rules of a protocol. Rules by exact values are found
 * by these, so that many of them need few comparisons.
 */
const MAX_COMPARISONS = 100_000;
/** How many pairs of conditions are taken for one comparison of two rules. */
const SHORT_RULES = 16;

/**
 * Finds the rules that can never win.
 *
 * A rule is found only when there is a proof: each condition of a rule that is
 * tried before it follows from one of its own conditions; or two rules that are
 * tried before it, of one condition each, fit every connection between them.
 */
export function unreachableRules(
  rules: readonly LintedRule[],
  protocol: string,
  prover: Prover,
): Diagnostic[] {
  const ranked = rank(rules);
  const found = shadowed(ranked, prover);
  const known = new Set(found.map(({ span }) => span));
  const more = behindAll(ranked, protocol, prover);
  return [...found, ...more.filter(({ span }) => !known.has(span))];
}

function shadowed(
  ranked: readonly LintedRule[],
  prover: Prover,
): Diagnostic[] {
  const before = new Anchors(ranked);
  const numbers = new ConditionNumbers();
  const known = new Map<string, LintedRule>();
  const found: Diagnostic[] = [];
  let left = MAX_COMPARISONS;
  for (const rule of ranked) {
    const identity = numbers.textOf(rule.conditions);
    const same = known.get(identity);
    const by = same ??
      before.candidates(rule).take(Math.max(0, left)).find((earlier) =>
        (left -= costOf(rule, earlier)) >= 0 && follows(rule, earlier, prover)
      );
    if (by !== undefined) found.push(neverWins(rule, by, by === same));
    known.set(identity, same ?? rule);
    before.add(rule);
  }
  return found;
}

/** How many comparisons that of two rules stands for: rules are mostly short. */
function costOf(one: LintedRule, other: LintedRule): number {
  const pairs = one.conditions.length * other.conditions.length;
  return Math.max(1, Math.ceil(pairs / SHORT_RULES));
}

/** Whether each connection that a rule fits another rule fits too. */
function follows(
  { conditions }: LintedRule,
  other: LintedRule,
  prover: Prover,
): boolean {
  return conditions.length > 0 &&
    other.conditions.every((wanted) =>
      conditions.some((condition) => prover.implies(condition, wanted))
    );
}

function neverWins(
  rule: LintedRule,
  by: LintedRule,
  isSame: boolean,
): Diagnostic {
  const text = quoted(rule.text);
  return isSame
    ? {
      severity: "error",
      message:
        `Rule ${text} can never win: another rule has the same conditions`,
      span: rule.span,
      related: { message: "the same conditions are here", span: by.span },
    }
    : {
      severity: "warning",
      message: `Rule ${text} can never win: ${
        quoted(by.text)
      } is tried before it and matches everything that it matches`,
      span: rule.span,
      related: { message: "shadowed by the rule here", span: by.span },
    };
}

/** The rules behind two that fit every connection between them. */
function behindAll(
  ranked: readonly LintedRule[],
  protocol: string,
  prover: Prover,
): Diagnostic[] {
  const pair = completePair(ranked, prover);
  if (pair === null) return [];
  const [first, second] = pair;
  const texts = `${quoted(first.text)} and ${quoted(second.text)}`;
  return ranked.slice(ranked.indexOf(second) + 1).map(({ text, span }) => ({
    severity: "warning",
    message: `Rule ${
      quoted(text)
    } can never win: ${texts} are tried before it and together match all of ${protocol}`,
    span,
    related: { message: "the second of them is here", span: second.span },
  }));
}

/** The first two rules of one condition of which one fits whatever there is. */
function completePair(
  ranked: readonly LintedRule[],
  prover: Prover,
): readonly [LintedRule, LintedRule] | null {
  const single = ranked.filter(({ conditions }) => conditions.length === 1);
  const wide: LintedRule[] = [];
  let left = MAX_COMPARISONS;
  for (const [index, second] of single.entries()) {
    if (left <= 0) break;
    const [other] = second.conditions;
    // Of two narrow ones there is always a connection that fits neither.
    const before = isWide(other!) ? single.slice(0, index) : wide;
    const first = before.find(({ conditions: [one] }) =>
      left-- > 0 && prover.together(one!, other!)
    );
    if (first !== undefined) return [first, second];
    if (isWide(other!)) wide.push(second);
  }
  return null;
}

/** Whether what does not fulfil a condition may be all alike. */
function isWide(condition: Condition): boolean {
  return condition.negated || condition.kind === "common" ||
    condition.matcher.form === "present";
}

/**
 * Rules by a condition that whatever implies them must have: a rule by
 * `SNI *.example.com` is implied only by one with such a name.
 */
class Anchors {
  /** How many rules have a condition. */
  readonly #counts = new Map<string, number>();
  readonly #byValue = new Map<string, LintedRule[]>();
  readonly #others: LintedRule[] = [];

  /** @param all The rules that will be added. */
  constructor(all: readonly LintedRule[]) {
    for (const { identity } of all.flatMap(({ conditions }) => conditions)) {
      this.#counts.set(identity, (this.#counts.get(identity) ?? 0) + 1);
    }
  }

  /** Adds a rule under the one of its conditions that the fewest others have. */
  add(rule: LintedRule): void {
    const [anchor] = rule.conditions.filter(isAnchor)
      .map(({ identity }) => identity)
      .sort((a, b) => this.#counts.get(a)! - this.#counts.get(b)!);
    if (anchor === undefined) {
      this.#others.push(rule);
      return;
    }
    const list = this.#byValue.get(anchor);
    if (list === undefined) this.#byValue.set(anchor, [rule]);
    else list.push(rule);
  }

  /** The rules that a rule may imply, in no order. */
  *candidates({ conditions }: LintedRule): Generator<LintedRule, undefined> {
    const keys = conditions.filter(isAnchor).flatMap(impliedKeys);
    for (const key of new Set(keys)) yield* this.#byValue.get(key) ?? [];
    yield* this.#others;
  }
}

/** Whether only exact values and suffixes imply it. */
function isAnchor(condition: Condition): boolean {
  return condition.kind === "fact" && !condition.negated &&
    (condition.matcher.form === "exact" || condition.matcher.form === "suffix");
}

/** The keys of all anchors that an anchor implies. */
function impliedKeys(condition: Condition): string[] {
  if (condition.kind !== "fact") return [];
  const { fact, matcher: { value } } = condition;
  const keys = [condition.identity];
  for (let dot = value.indexOf("."); dot >= 0;) {
    keys.push(`${fact} suffix ${value.slice(dot)}`);
    dot = value.indexOf(".", dot + 1);
  }
  return keys;
}
