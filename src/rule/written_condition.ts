/**
 * A condition as a rule's text has it.
 *
 * @module
 */

/** One condition of a rule: `SNI example.com`, `!ALPN h2`. */
export interface WrittenCondition {
  /** The rule word, without a `!`: `SNI`. */
  readonly word: string;
  /** As the config spells it. */
  readonly value: string;
  /** Whether it begins with `!`: what must not be so. */
  readonly negated: boolean;
}
