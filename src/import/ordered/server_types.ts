/**
 * What a server of ordered rules is, and what it becomes.
 *
 * @module
 */
import type { Transport } from "../../detect/detector.ts";
import type { Registry } from "../../detect/registry.ts";
import type { Outcome } from "./entries.ts";
import type { Conjunction, Expression } from "./expression.ts";
import type { WrittenRule } from "./rule_texts.ts";
import type { Unreached } from "./unreached.ts";

/** A rule: the first one whose condition holds decides. */
export interface OrderedRule<Action> extends Outcome<Action> {
  readonly when: Expression;
}

/** A rule taken apart. */
export interface Alternatives<Action> {
  readonly rule: OrderedRule<Action>;
  readonly conjunctions: readonly Conjunction[];
}

/** What is done, first to last. */
export interface OrderedServer<Action> {
  readonly rules: readonly OrderedRule<Action>[];
  /** When no rule fits. */
  readonly otherwise: Outcome<Action>;
}

/** A protocol of the server. */
export interface ProtocolRules<Action> {
  readonly protocol: string;
  readonly rules: readonly WrittenRule<Action>[];
  /** `null`: as for what no protocol matches. */
  readonly catchall: Outcome<Action> | null;
}

/** The server as passthru has it. */
export interface TranslatedServer<Action> {
  readonly protocols: readonly ProtocolRules<Action>[];
  /** For clients that send nothing; `null`: as for what no protocol matches. */
  readonly silent: Outcome<Action> | null;
  readonly catchall: Outcome<Action>;
  /** Whether the protocol {@linkcode ANYTHING} is used and must be declared. */
  readonly anything: boolean;
}

/** What the translation needs to know. */
export interface TranslationContext<Action> {
  /** All detectors that the rules name. */
  readonly registry: Registry;
  readonly transport: Transport;
  /** Told of each rule of which a part cannot be said, and why. */
  problem(rule: OrderedRule<Action>, reason: string): void;
  /** Told of each place whose rules decide about no connection. */
  unreached(one: Unreached): void;
  /**
   * Whether clients have an address; those of Unix sockets have none, so that
   * they are in no block of addresses. Default: `true`.
   */
  readonly hasAddresses?: boolean;
  /**
   * Whether each place of the original has rules of its own, and each protocol
   * that is named too, though others do the same; if not, those that do the same
   * are joined, and what the catch-all does anyway is left out. Default: `false`.
   */
  readonly placeByPlace?: boolean;
}

/** Protocol that everything is which no other protocol matches. */
export const ANYTHING = "ANYTHING";
