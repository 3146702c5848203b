/**
 * Rules that another program tries in their order, as rules of passthru, of
 * which the most specific one wins.
 *
 * @module
 */
import type { RuleGrammar } from "../detect/rule_grammar.ts";
import { commonWords } from "../rule/common_words.ts";
import {
  alternatives,
  type Condition,
  conditionText,
  hasWord,
  readCondition,
  type Words,
} from "../rule/condition.ts";
import { Prover } from "../rule/implication.ts";
import { compareKeys, specificity } from "../rule/rank.ts";
import type { WrittenCondition } from "../rule/written_condition.ts";
import type { Entry, Json } from "./entry.ts";
import { rule } from "./imported_config.ts";
import { type Origin, placeOf } from "./origin.ts";

/** A rule that is tried when those before it did not match. */
export interface OrderedRule {
  /** All of them must hold; none: it always matches, as CATCHALL does. */
  readonly conditions: readonly WrittenCondition[];
  readonly action: Json;
  readonly origin: Origin;
}

/** Most rules that are added for the sake of the order, a protocol. */
const MAX_ADDED = 20_000;

interface ReadRule extends OrderedRule {
  readonly read: readonly Condition[];
}

/**
 * Adds rules to a protocol of a server so that of those that match the first one
 * wins. Where passthru would try a later one before, a rule with the conditions
 * of both is added; one that can never match gets a note.
 *
 * @param words The rule words of the protocol.
 */
export function addOrdered(
  server: Entry,
  protocol: string,
  { rules, words }: {
    readonly rules: readonly OrderedRule[];
    readonly words: RuleGrammar;
  },
): void {
  const order = new Order({ own: words, common: commonWords() });
  for (const one of rules) {
    const problem = order.add(one);
    if (problem !== null) {
      server.at(protocol, one.origin).note(one.origin, problem);
    }
  }
  for (const { conditions, action, origin } of order.rules) {
    const text = conditions.length === 0
      ? "CATCHALL"
      : conditions.map(conditionText).join(" ");
    // Of two that say the same, the first one wins and is there already.
    rule(server, [protocol, text], { action, origin });
  }
}

class Order {
  readonly rules: ReadRule[] = [];
  /** Those that ask for one name, by that, and all others. */
  readonly #byName = new Map<string, ReadRule[]>();
  readonly #others: ReadRule[] = [];
  readonly #words: Words;
  readonly #prover = new Prover();
  #left = MAX_ADDED;

  constructor(words: Words) {
    this.#words = words;
  }

  /** Adds a rule behind the others. @returns Why it is left out, or `null`. */
  add(one: OrderedRule): string | null {
    const read: Condition[] = [];
    for (const condition of one.conditions) {
      const text = conditionText(condition);
      if (!hasWord(this.#words, condition.word)) {
        return `The condition "${text}" has no equivalent: the rule is left out`;
      }
      const parsed = readCondition(condition, this.#words);
      if (!parsed.ok) {
        return `The condition "${text}" cannot be written: expected ${parsed.expected}; the rule is left out`;
      }
      read.push(parsed.condition);
    }
    const contradicts = read.some((one, index) =>
      read.slice(0, index).some((other) => this.#prover.excludes(one, other))
    );
    // Of texts that are joined, many go together with none.
    if (contradicts) return null;
    const rule = this.#short({ ...one, read });
    const by = this.#candidates(rule).find((earlier) =>
      this.#follows(rule, earlier)
    );
    if (by !== undefined) {
      return `It never matches, because ${
        placeOf(by.origin)
      } matches first: it is left out`;
    }
    return this.#insert(rule, null)
      ? null
      : "Its order among the rules before it cannot be kept: it is left out";
  }

  /**
   * Puts a rule before another one, or at the end, and before it those that keep
   * the order.
   */
  #insert(rule: ReadRule, next: ReadRule | null): boolean {
    const placeOfNext = () =>
      next === null ? this.rules.length : this.rules.indexOf(next);
    const candidates = this.#candidates(rule);
    const before = next === null
      ? candidates
      : candidates.filter((one) => this.rules.indexOf(one) < placeOfNext());
    if (next !== null && before.some((one) => this.#follows(rule, one))) {
      return true;
    }
    for (const earlier of before) {
      if (!this.#isTriedFirst(rule, earlier)) continue;
      const both = this.#both(earlier, rule);
      if (both === null) continue;
      if (this.#left-- <= 0 || !this.#insert(both, earlier)) return false;
    }
    this.rules.splice(placeOfNext(), 0, rule);
    const host = nameIn(rule);
    if (host === null) this.#others.push(rule);
    else this.#byName.set(host, [...this.#byName.get(host) ?? [], rule]);
    return true;
  }

  /** The rules of which connections may match a rule, too. */
  #candidates(rule: ReadRule): readonly ReadRule[] {
    const host = nameIn(rule);
    if (host === null) return [...this.rules];
    return [...this.#byName.get(host) ?? [], ...this.#others];
  }

  /** A rule without the conditions that follow from its others. */
  #short(rule: ReadRule): ReadRule {
    const read = rule.read.filter((one, index) =>
      !rule.read.some((other, place) =>
        place !== index && this.#prover.implies(other, one) &&
        // Of two that say the same, the first stays.
        (place < index || !this.#prover.implies(one, other))
      )
    );
    const conditions = rule.conditions.filter((_, index) =>
      read.includes(rule.read[index]!)
    );
    return { ...rule, read, conditions };
  }

  /** Whether passthru tries a rule before one that comes earlier. */
  #isTriedFirst(rule: ReadRule, earlier: ReadRule): boolean {
    if (JSON.stringify(rule.action) === JSON.stringify(earlier.action)) {
      return false;
    }
    return alternatives(rule.read).some((one) =>
      alternatives(earlier.read).some((other) =>
        compareKeys(specificity(one), specificity(other)) < 0
      )
    );
  }

  /** The rule for connections that both match; `null`: there are none. */
  #both(earlier: ReadRule, rule: ReadRule): ReadRule | null {
    const excluded = rule.read.some((one) =>
      earlier.read.some((other) => this.#prover.excludes(one, other))
    );
    if (excluded) return null;
    // What follows from another condition need not be said.
    const more = earlier.read.filter((one) =>
      !rule.read.some((other) => this.#prover.implies(other, one))
    );
    const read = [...rule.read, ...more];
    return {
      conditions: read.map(({ word, value, negated }) => ({
        word,
        value,
        negated,
      })),
      read,
      action: earlier.action,
      origin: earlier.origin,
    };
  }

  /** Whether an earlier rule matches whatever a rule matches. */
  #follows({ read }: ReadRule, earlier: ReadRule): boolean {
    return earlier.read.every((wanted) =>
      read.some((one) => this.#prover.implies(one, wanted))
    );
  }
}

/** The only name that a rule asks for, or `null`. */
function nameIn({ read }: ReadRule): string | null {
  const found = read.find((one) =>
    one.kind === "fact" && one.host && !one.negated &&
    one.matcher.form === "exact"
  );
  return found?.kind === "fact" ? `${found.fact} ${found.matcher.value}` : null;
}
