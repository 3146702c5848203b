/**
 * Finding rules with the same conditions.
 *
 * @module
 */
import type { Condition } from "./condition.ts";

/**
 * Numbers for conditions, so that a rule is known by a short text, however long
 * its conditions are: one with a list of hosts stands for many with the others.
 */
export class ConditionNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Condition, number>();

  /** The same text for the same conditions, in any order and spelling. */
  textOf(conditions: readonly Condition[]): string {
    return conditions.map((one) => this.#numberOf(one))
      .sort((a, b) => a - b).join();
  }

  #numberOf(condition: Condition): number {
    const known = this.#known.get(condition);
    if (known !== undefined) return known;
    const { word, negated, identity } = condition;
    const text = `${word} ${negated} ${identity}`;
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#known.set(condition, number);
    return number;
  }
}
