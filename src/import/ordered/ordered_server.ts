/**
 * A server of another program, whose rules are tried one after the other until
 * one fits, as a server of passthru, where the protocol is found first and the
 * most specific of its rules wins.
 *
 * @module
 */
import { type CommonWords, commonWords } from "../../rule/common_words.ts";
import { type Condition, readCondition } from "../../rule/condition.ts";
import { Prover } from "../../rule/implication.ts";
import { quoted } from "../origin.ts";
import {
  inOrder,
  type OrderedEntry,
  type Outcome,
  simplified,
} from "./entries.ts";
import {
  type Conjunction,
  conjunctions,
  forProtocol,
  type Literal,
  testsOf,
  withoutAddresses,
} from "./expression.ts";
import { withoutRedundant, withoutTail } from "./redundant.ts";
import { writtenRules } from "./rule_texts.ts";
import {
  type Alternatives,
  ANYTHING,
  type OrderedRule,
  type OrderedServer,
  type ProtocolRules,
  type TranslatedServer,
  type TranslationContext,
} from "./server_types.ts";
import { firstForSilent, NOT_TOLD_APART, SILENT } from "./silent.ts";
import { Reached } from "./unreached.ts";

export type {
  OrderedRule,
  OrderedServer,
  ProtocolRules,
  TranslatedServer,
  TranslationContext,
} from "./server_types.ts";
export { ANYTHING } from "./server_types.ts";

/** Translates a server. */
export function translateServer<Action>(
  server: OrderedServer<Action>,
  context: TranslationContext<Action>,
): TranslatedServer<Action> {
  return new Translation(server, context).result();
}

class Translation<Action> {
  readonly #server: OrderedServer<Action>;
  readonly #context: TranslationContext<Action>;
  readonly #alternatives: Alternatives<Action>[] = [];
  readonly #common: CommonWords = commonWords();
  /** What has been reported, so that it is reported once. */
  readonly #reported = new Map<OrderedRule<Action>, Set<string>>();
  readonly #reached = new Reached();

  constructor(
    server: OrderedServer<Action>,
    context: TranslationContext<Action>,
  ) {
    this.#server = server;
    this.#context = context;
    for (const rule of server.rules) {
      const found = conjunctions(rule.when);
      if (found === null) this.#report(rule, "the condition is too large");
      const { hasAddresses = true } = context;
      this.#alternatives.push({
        rule,
        conjunctions: hasAddresses
          ? found ?? []
          : withoutAddresses(found ?? []),
      });
    }
  }

  result(): TranslatedServer<Action> {
    const rest = this.#protocol(ANYTHING);
    const { catchall } = rest;
    const named = this.#names().map((name) => this.#protocol(name));
    const anything = rest.rules.length > 0;
    const silent = this.#silent(catchall);
    this.#reportUnreached();
    return {
      // Where everything is some protocol, none may be left to another one.
      protocols: anything
        ? [...named, rest]
        : this.#context.placeByPlace
        ? named
        : withoutRedundant(named, catchall.action),
      silent,
      catchall,
      anything,
    };
  }

  /** The protocols that the rules name, in the order in which they do. */
  #names(): string[] {
    const names = this.#server.rules.flatMap(({ when }) =>
      [...testsOf(when)].flatMap((test) =>
        test.kind === "unknown" || test.protocol === null ? [] : [test.protocol]
      )
    );
    return [...new Set(names)].filter((name) => name !== SILENT);
  }

  #protocol(
    protocol: string,
  ): ProtocolRules<Action> & { catchall: Outcome<Action> } {
    // What is proven costs steps, of which each protocol has as many.
    const prover = new Prover();
    const entries: OrderedEntry<Action>[] = [];
    const origins = new Map<OrderedEntry<Action>, OrderedRule<Action>>();
    let catchall = this.#server.otherwise;
    for (const { rule, conditions } of this.#specialised(protocol, prover)) {
      if (conditions.length === 0) {
        catchall = rule;
        this.#addCovered(rule, protocol);
        break;
      }
      const { action, origin } = rule;
      const entry = { conditions, action, origin };
      entries.push(entry);
      origins.set(entry, rule);
    }
    const ordered = inOrder(entries, prover);
    for (const { origin } of [...ordered.entries, catchall]) {
      this.#reached.add(origin);
    }
    for (const [{ origin }, by] of ordered.covered) {
      this.#reached.addCovered(origin, { protocol, by: by?.origin ?? null });
    }
    for (const entry of ordered.unresolved) {
      this.#report(
        origins.get(entry)!,
        `no conditions could be found that keep its place among the rules of ${protocol}`,
      );
    }
    const { placeByPlace = false } = this.#context;
    const kept = placeByPlace
      ? ordered.entries
      : withoutTail(ordered.entries, catchall.action);
    const rules = writtenRules(kept, { placeByPlace });
    return { protocol, rules, catchall };
  }

  /** The rules behind one that takes all that is left of a protocol. */
  #addCovered(catchall: OrderedRule<Action>, protocol: string): void {
    const by = catchall.origin;
    const index = this.#server.rules.indexOf(catchall);
    for (const { rule, conjunctions } of this.#alternatives.slice(index + 1)) {
      const isAbout = conjunctions.some((one) => forProtocol(one, protocol));
      if (isAbout) this.#reached.addCovered(rule.origin, { protocol, by });
    }
  }

  /** The conditions of each rule for connections of one protocol. */
  *#specialised(
    protocol: string,
    prover: Prover,
  ): Generator<
    { rule: OrderedRule<Action>; conditions: readonly Condition[] },
    undefined
  > {
    for (const { rule, conjunctions } of this.#alternatives) {
      for (const conjunction of conjunctions) {
        const left = forProtocol(conjunction, protocol);
        const read = left && this.#conditions(rule, left, protocol);
        const conditions = read && simplified(read, prover);
        if (conditions) yield { rule, conditions };
      }
    }
  }

  #conditions(
    rule: OrderedRule<Action>,
    literals: Conjunction,
    protocol: string,
  ): Condition[] | null {
    const conditions = literals.map((literal) =>
      this.#condition(rule, literal, protocol)
    );
    return conditions.includes(null) ? null : conditions as Condition[];
  }

  #condition(
    rule: OrderedRule<Action>,
    { test, negated }: Literal,
    protocol: string,
  ): Condition | null {
    if (test.kind !== "word") {
      if (test.kind === "unknown") this.#report(rule, test.reason);
      return null;
    }
    const { registry, transport } = this.#context;
    const own = registry.getFor(transport, protocol)?.rules ?? {};
    const { word, value } = test;
    const isKnown = Object.hasOwn(own, word) ||
      Object.hasOwn(this.#common, word);
    const words = { own, common: this.#common };
    const read = isKnown && readCondition({ word, value, negated }, words);
    if (read && read.ok) return read.condition;
    const text = quoted(`${word} ${value}`.trim());
    const why = read ? `expected ${read.expected}` : "there is no such word";
    this.#report(rule, `${text} is not possible: ${why}`);
    return null;
  }

  #silent(catchall: Outcome<Action>): Outcome<Action> | null {
    const { found, passed } = firstForSilent(
      this.#alternatives,
      this.#server.otherwise,
    );
    this.#reached.add(found.origin);
    for (const rule of passed) {
      if (rule.action === found.action) continue;
      this.#report(rule, NOT_TOLD_APART);
    }
    const { placeByPlace } = this.#context;
    const isSaid = placeByPlace && found !== this.#server.otherwise;
    return found.action === catchall.action && !isSaid ? null : found;
  }

  /** What is not possible, or not told apart, has been reported. */
  #reportUnreached(): void {
    for (const { origin } of this.#reported.keys()) this.#reached.add(origin);
    const origins = this.#server.rules.map(({ origin }) => origin);
    this.#reached.unreached(origins).forEach(this.#context.unreached);
  }

  #report(rule: OrderedRule<Action>, reason: string): void {
    const known = this.#reported.get(rule) ?? new Set();
    this.#reported.set(rule, known);
    if (!known.has(reason)) this.#context.problem(rule, reason);
    known.add(reason);
  }
}
