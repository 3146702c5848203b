/**
 * Conditions of other programs: any combination of what passthru can test, and
 * of what it cannot.
 *
 * @module
 */

/** What a connection must be like. */
export type Expression =
  | { readonly kind: "all"; readonly of: readonly Expression[] }
  | { readonly kind: "any"; readonly of: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  | Test;

/** A condition that has no parts. */
export type Test =
  /** The protocol is this one. */
  | { readonly kind: "is"; readonly protocol: string }
  /** A condition of a rule; with a protocol, that of the connection too. */
  | {
    readonly kind: "word";
    /** `null`: a word that every protocol has. */
    readonly protocol: string | null;
    readonly word: string;
    readonly value: string;
  }
  /** What has no equivalent, and why. */
  | { readonly kind: "unknown"; readonly reason: string };

/** A test or its opposite. */
export interface Literal {
  readonly test: Test;
  readonly negated: boolean;
}

/** Literals that must all hold. */
export type Conjunction = readonly Literal[];

/** Holds for every connection. */
export const TRUE: Expression = { kind: "all", of: [] };
/** Holds for none. */
export const FALSE: Expression = { kind: "any", of: [] };

/**
 * Most pairs of literals in the conjunctions of an expression, which are compared
 * with each other: 100 000 conjunctions of five, or one of 2000.
 */
const MAX_PAIRS = 4_000_000;

/** All of them. */
export function all(...of: readonly Expression[]): Expression {
  return { kind: "all", of };
}

/** All of them, however many they are: a call does not take any number. */
export function allOf(of: readonly Expression[]): Expression {
  return { kind: "all", of };
}

/** One of them. */
export function any(...of: readonly Expression[]): Expression {
  return { kind: "any", of };
}

/** One of them, however many they are: a call does not take any number. */
export function anyOf(of: readonly Expression[]): Expression {
  return { kind: "any", of };
}

/** The opposite. */
export function not(of: Expression): Expression {
  return { kind: "not", of };
}

/** The protocol is this one. */
export function is(protocol: string): Expression {
  return { kind: "is", protocol };
}

/** A condition of a rule; `null`: one that every protocol has. */
export function word(
  protocol: string | null,
  condition: readonly [word: string, value: string],
): Expression {
  const [word, value] = condition;
  return { kind: "word", protocol, word, value };
}

/** What has no equivalent. */
export function unknown(reason: string): Expression {
  return { kind: "unknown", reason };
}

/**
 * An expression as alternatives.
 *
 * @returns `null`: there would be too many.
 */
export function conjunctions(expression: Expression): Conjunction[] | null {
  return expand(expression, false);
}

function expand(
  expression: Expression,
  negated: boolean,
): Conjunction[] | null {
  switch (expression.kind) {
    case "not":
      return expand(expression.of, !negated);
    case "all":
    case "any": {
      const isProduct = (expression.kind === "all") !== negated;
      return isProduct
        ? product(expression.of, negated)
        : sum(expression.of, negated);
    }
    default:
      return [[{ test: expression, negated }]];
  }
}

function sum(
  of: readonly Expression[],
  negated: boolean,
): Conjunction[] | null {
  const found: Conjunction[] = [];
  let pairs = 0;
  for (const each of of) {
    const more = expand(each, negated);
    if (more === null) return null;
    pairs += productPairs([[]], more);
    if (pairs > MAX_PAIRS) return null;
    for (const one of more) found.push(one);
  }
  return found;
}

function product(
  of: readonly Expression[],
  negated: boolean,
): Conjunction[] | null {
  let found: Conjunction[] = [[]];
  for (const each of of) {
    const more = expand(each, negated);
    if (more === null || productPairs(found, more) > MAX_PAIRS) return null;
    found = found.flatMap((one) => more.map((other) => [...one, ...other]));
  }
  return found;
}

/** The sum of (n + 1)², where n is the length of each conjunction of a product. */
function productPairs(
  some: readonly Conjunction[],
  others: readonly Conjunction[],
): number {
  let [lengths, squares, otherLengths, otherSquares] = [0, 0, 0, 0];
  for (const { length } of some) {
    lengths += length + 1;
    squares += (length + 1) ** 2;
  }
  for (const { length } of others) {
    otherLengths += length;
    otherSquares += length ** 2;
  }
  return others.length * squares + 2 * lengths * otherLengths +
    some.length * otherSquares;
}

/** Those that fit clients without an address, which are in no block. */
export function withoutAddresses(of: readonly Conjunction[]): Conjunction[] {
  const isFrom = ({ test }: Literal) =>
    test.kind === "word" && test.word === "FROM";
  return of.filter((one) =>
    !one.some((literal) => isFrom(literal) && !literal.negated)
  ).map((one) => one.filter((literal) => !isFrom(literal)));
}

/** The tests of an expression, in their order. */
export function* testsOf(expression: Expression): Generator<Test, undefined> {
  switch (expression.kind) {
    case "not":
      yield* testsOf(expression.of);
      return;
    case "all":
    case "any":
      for (const each of expression.of) yield* testsOf(each);
      return;
    default:
      yield expression;
  }
}

/** What is left to be tested of a connection of a protocol; `null`: it fails. */
export function forProtocol(
  conjunction: Conjunction,
  protocol: string,
): Conjunction | null {
  const left: Literal[] = [];
  for (const literal of conjunction) {
    const { test, negated } = literal;
    if (test.kind === "unknown" || test.protocol === null) {
      left.push(literal);
    } else if (test.protocol !== protocol) {
      if (!negated) return null;
    } else if (test.kind === "word") {
      left.push(literal);
    } else if (negated) {
      return null;
    }
  }
  return left;
}
