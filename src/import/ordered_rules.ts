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
import { compareKeys } from "../rule/rank.ts";
import type { Entry } from "./entry.ts";
import { rule } from "./imported_config.ts";
import { placeOf } from "./origin.ts";
import {
  type OrderedRule,
  type ReadRule,
  readRule,
  withLists,
} from "./rule_lists.ts";

export type { OrderedRule } from "./rule_lists.ts";

/** Most rules that are added for the sake of the order, a protocol. */
const MAX_ADDED = 20_000;
/** Most comparisons that look for rules that never match. */
const MAX_PROOFS = 100_000;

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
    for (const text of order.add(one)) {
      server.at(protocol, one.origin).note(one.origin, text);
    }
  }
  for (const { conditions, action, origin } of withLists(order.rules)) {
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
  #proofs = MAX_PROOFS;

  constructor(words: Words) {
    this.#words = words;
  }

  /** Adds a rule behind the others. @returns What is to be said of it. */
  add(one: OrderedRule): string[] {
    const read: Condition[] = [];
    for (const condition of one.conditions) {
      const text = conditionText(condition);
      if (!hasWord(this.#words, condition.word)) {
        return [
          `The condition "${text}" has no equivalent: the rule is left out`,
        ];
      }
      const parsed = readCondition(condition, this.#words);
      if (!parsed.ok) {
        return [
          `The condition "${text}" cannot be written: expected ${parsed.expected}; the rule is left out`,
        ];
      }
      read.push(parsed.condition);
    }
    // Each name of a list is a rule of its own, until they are written.
    return alternatives(read).flatMap((row) =>
      this.#addOne(readRule({ ...one, read: row }))
    );
  }

  #addOne(one: ReadRule): string[] {
    const contradicts = one.read.some((condition, index) =>
      one.read.slice(0, index).some((other) =>
        this.#prover.excludes(condition, other)
      )
    );
    // Of texts that are joined, many go together with none.
    if (contradicts) return [];
    const rule = this.#short(one);
    // What is not found to be left out does no harm: others match before it.
    const by = this.#candidates(rule).find((earlier) =>
      this.#proofs-- > 0 && this.#follows(rule, earlier)
    );
    const text = rule.read.map(conditionText).join(" ") || "CATCHALL";
    if (by !== undefined) {
      return [
        `"${text}" never matches, because ${
          placeOf(by.origin)
        } matches first: it is left out`,
      ];
    }
    return this.#insert(rule, null) ? [] : [
      `The order of "${text}" among the rules before it cannot be kept: it is left out`,
    ];
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
    return read.length === rule.read.length
      ? rule
      : readRule({ ...rule, read });
  }

  /** Whether passthru tries a rule before one that comes earlier. */
  #isTriedFirst(rule: ReadRule, earlier: ReadRule): boolean {
    return rule.said !== earlier.said && compareKeys(rule.key, earlier.key) < 0;
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
    const { action, origin } = earlier;
    return readRule({ read: [...rule.read, ...more], action, origin });
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
