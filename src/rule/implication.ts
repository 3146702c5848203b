/**
 * What follows from a condition: `SNI a.example.com` implies
 * `SNI *.example.com`.
 *
 * Every `true` here is proven, for every connection; `false` only says that there
 * is no proof. So whoever warns because of it does not warn for nothing.
 *
 * @module
 */
import { type Cidr, isWithinBlock } from "../address/cidr.ts";
import { isIncluded, type ProofBudget } from "../detect/regex_inclusion.ts";
import type { LinearRegex, Matcher } from "../detect/rule_grammar.ts";
import type { CommonTest } from "./common_words.ts";
import {
  type CommonCondition,
  type Condition,
  type FactCondition,
  oneByOne,
  opposite,
} from "./condition.ts";
import { valueCount } from "./condition_size.ts";
import { complement, covers } from "./time_window.ts";

/** Steps for the regular expressions of a protocol: a part of a second. */
export const PROOF_STEPS = 3_000_000;

/** Most values of lists that are compared: a second or two. */
const MAX_COMPARED = 20_000_000;

/** Proves what follows from conditions, until its budget is used up. */
export class Prover {
  readonly #budget: ProofBudget;
  readonly #opposites = new WeakMap<Condition, Condition>();
  #compared = 0;

  /** @param steps Default: {@linkcode PROOF_STEPS}. */
  constructor(steps: number = PROOF_STEPS) {
    this.#budget = { steps };
  }

  /** What is left of the budget; less than 0: nothing. */
  get stepsLeft(): number {
    return this.#budget.steps;
  }

  /**
   * Takes steps off the budget for what is compared by whoever asks.
   *
   * @returns Whether it suffices.
   */
  spend(steps: number): boolean {
    this.#budget.steps -= steps;
    return this.#budget.steps >= 0;
  }

  /** Whether each connection that fulfils `one` fulfils `other` too. */
  implies(one: Condition, other: Condition): boolean {
    if (one.kind === "common") {
      return other.kind === "common" && one.common.kind === other.common.kind &&
        this.#mayCompare(one, other) && impliesCommon(one, other);
    }
    return other.kind === "fact" && one.fact === other.fact &&
      this.#mayCompare(one, other) && this.#impliesFact(one, other);
  }

  #mayCompare(one: Condition, other: Condition): boolean {
    this.#compared += valueCount(one) * valueCount(other) - 1;
    return this.#compared <= MAX_COMPARED;
  }

  /** Whether no connection fulfils both. */
  excludes(one: Condition, other: Condition): boolean {
    // The opposite asks for more than "not": that the fact is known.
    return this.implies(one, this.#oppositeOf(other)) ||
      this.implies(other, this.#oppositeOf(one));
  }

  /** Whether each connection fulfils one of the two. */
  together(one: Condition, other: Condition): boolean {
    return isDecided(one) && this.implies(this.#oppositeOf(one), other) ||
      isDecided(other) && this.implies(this.#oppositeOf(other), one);
  }

  /** The opposite, made once: a condition is compared with many. */
  #oppositeOf(condition: Condition): Condition {
    const known = this.#opposites.get(condition) ?? opposite(condition);
    this.#opposites.set(condition, known);
    return known;
  }

  #impliesFact(one: FactCondition, other: FactCondition): boolean {
    // Without the other there is not this one, for this one would bring it. A
    // late fact that is known for the one is known for the other.
    if (one.negated && other.negated) return this.#includes(other, one);
    if (!one.negated && !other.negated) return this.#includes(one, other);
    if (other.negated) {
      // A late fact that is not there fulfils no negated condition.
      return !(isAbsence(one) && other.late) && isDisjoint(one, other);
    }
    // Not absent is present, and not present is absent.
    if (one.matcher.form !== "present") return false;
    return isAbsence(one) ? isAnyHost(other) : isAbsence(other);
  }

  /** Whether the facts that `one` fits `other` fits; a `!` does not count. */
  #includes(one: FactCondition, other: FactCondition): boolean {
    const { matcher: p } = one;
    const { matcher: q } = other;
    if (one.identity === other.identity) return true;
    if (isAbsence(one) || isAbsence(other)) return false;
    if (p.form === "present") return isAnyHost(other);
    if (isAnyText(q)) return true;
    if (q.form === "any" && p.form !== "any") {
      return oneByOne(other).some((each) => this.#includes(one, each));
    }
    switch (p.form) {
      case "exact":
        return fits(other, p.value);
      case "suffix":
        // What ends in .b.example.com ends in .example.com.
        return q.form === "suffix" && p.value.endsWith(q.value);
      case "prefix":
        return q.form === "prefix" && p.value.startsWith(q.value);
      case "pattern":
        return p.regex !== undefined && q.regex !== undefined &&
          isIncluded(p.regex, q.regex, this.#budget);
      case "any":
        return oneByOne(one).every((each) => this.#includes(each, other));
    }
  }
}

/** Whether no facts fit both, which are about the same fact; `!` does not count. */
function isDisjoint(one: FactCondition, other: FactCondition): boolean {
  const { matcher: p } = one;
  const { matcher: q } = other;
  if (isAbsence(one) !== isAbsence(other)) return true;
  // Of several values one may fit the one and another one the other.
  if (one.many) return false;
  if (p.form === "any") {
    return oneByOne(one).every((each) => isDisjoint(each, other));
  }
  if (q.form === "any") {
    return oneByOne(other).every((each) => isDisjoint(one, each));
  }
  if (p.form === "exact") return !fits(other, p.value);
  if (q.form === "exact") return !fits(one, q.value);
  if (p.form === "suffix" && q.form === "suffix") {
    return !p.value.endsWith(q.value) && !q.value.endsWith(p.value);
  }
  if (p.form === "prefix" && q.form === "prefix") {
    return !p.value.startsWith(q.value) && !q.value.startsWith(p.value);
  }
  return false;
}

/** Whether a value of its fact fits. */
function fits({ fact, matcher }: FactCondition, value: string): boolean {
  return matcher.test({ [fact]: value });
}

/** Whether it asks for the fact not to be there, as `NOSNI` does. */
function isAbsence({ matcher: { form, value } }: FactCondition): boolean {
  return form === "present" && value === "false";
}

/** Expressions that have been scanned: each is compared with many others. */
const MATCHES_ALL = new WeakMap<LinearRegex, boolean>();

/** Whether every text fits. */
function isAnyText({ form, value, regex }: Matcher): boolean {
  if (form === "present") return value === "true";
  if (form === "prefix") return value === "";
  return form === "pattern" && regex !== undefined && matchesAll(regex);
}

function matchesAll(regex: LinearRegex): boolean {
  // What has matched before the first character matches whatever follows.
  const known = MATCHES_ALL.get(regex) ??
    regex.scan(new Uint8Array(), false) === "match";
  MATCHES_ALL.set(regex, known);
  return known;
}

/** Whether it fits as soon as the fact is there: a host is always a text. */
function isAnyHost({ host, matcher }: FactCondition): boolean {
  return isAnyText(matcher) && (host || matcher.form === "present");
}

function impliesCommon(one: CommonCondition, other: CommonCondition): boolean {
  // Each knows of a connection what the other of the same word knows.
  if (one.negated && other.negated) {
    return includesCommon(other.common, one.common);
  }
  if (!one.negated && !other.negated) {
    return includesCommon(one.common, other.common);
  }
  const { common: p } = one;
  const { common: q } = other;
  if (p.kind === "from" && q.kind === "from") {
    return other.negated && p.blocks.every((block) => !meets(block, q.blocks));
  }
  if (p.kind !== "time" || q.kind !== "time" || p.zone !== q.zone) return false;
  return other.negated
    ? covers(complement(q.windows), p.windows)
    : covers(q.windows, complement(p.windows));
}

function includesCommon(p: CommonTest, q: CommonTest): boolean {
  if (p.kind === "from" && q.kind === "from") {
    return p.blocks.every((inner) =>
      q.blocks.some((outer) => isWithinBlock(inner, outer))
    );
  }
  return p.kind === "time" && q.kind === "time" && p.zone === q.zone &&
    covers(q.windows, p.windows);
}

/** Whether an address can be in a block and in one of others. */
function meets(block: Cidr, others: readonly Cidr[]): boolean {
  return others.some((other) =>
    isWithinBlock(block, other) || isWithinBlock(other, block)
  );
}

/** Whether each connection that is served fulfils it or its opposite. */
function isDecided(condition: Condition): boolean {
  // A client may have no address, but there is always a time.
  return condition.kind === "fact"
    ? !condition.late && condition.unless === undefined
    : condition.common.kind === "time";
}
