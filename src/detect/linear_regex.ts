/**
 * Regular expressions in linear time: all ways to match are followed at once
 * (Thompson 1968), so no input makes an expression slow.
 *
 * @module
 */
import { parseRegex, type RegexNode } from "./linear_regex_parser.ts";

/** Most states of an expression; each costs a little time at each byte. */
const MAX_STATES = 2_000;

/** How an expression stands after some bytes. */
export type RegexState =
  /** It has matched, whatever follows. */
  | "match"
  /** It cannot match any more, whatever follows. */
  | "dead"
  /** It depends on what follows. */
  | "alive";

/** A state of the machine. */
type State =
  | { readonly kind: "chars"; readonly set: Uint8Array; next: number }
  | { readonly kind: "split"; next: number; other: number }
  | { readonly kind: "start" | "end"; next: number }
  | { readonly kind: "accept" };

/** An expression ready to be run. */
export class LinearRegex {
  readonly #states: State[] = [];
  readonly #first: number;
  /** Whether each way starts with `^`: then it can die. */
  readonly #anchored: boolean;
  #classes: readonly number[] | null = null;

  /**
   * Compiles an expression. It may match anywhere unless it starts with `^`.
   *
   * @throws {RegexSyntaxError} When it cannot be run in linear time.
   * @throws {RangeError} When it has more than {@linkcode MAX_STATES} states.
   */
  constructor(expression: string) {
    const node = parseRegex(expression);
    const accept = this.#push({ kind: "accept" });
    this.#first = this.#build(node, accept);
    this.#anchored = startsAnchored(node);
  }

  /** Whether a text matches; its characters are U+0000 to U+00FF. */
  test(text: string): boolean {
    return this.#run(text.length, (i) => text.charCodeAt(i), true) === "match";
  }

  /**
   * How it stands after these bytes.
   *
   * @param ended Whether no byte follows; then never `alive`.
   */
  scan(bytes: Uint8Array, ended: boolean): RegexState {
    return this.#run(bytes.length, (i) => bytes[i]!, ended);
  }

  /** Its states before the first character, for those who follow it by hand. */
  begin(): ReadonlySet<number> {
    const states = new Set<number>();
    this.#follow(this.#first, 0, states);
    return states;
  }

  /** Its states after one more character; once it has matched, it stays so. */
  advance(states: ReadonlySet<number>, code: number): ReadonlySet<number> {
    if (states.has(0)) return states;
    const next = this.#step(states, code, 1);
    if (!this.#anchored) this.#follow(this.#first, 1, next);
    return next;
  }

  /** How it stands in states that `begin` and `advance` gave. */
  stateOf(states: ReadonlySet<number>): RegexState {
    if (states.has(0)) return "match";
    return states.size === 0 && this.#anchored ? "dead" : "alive";
  }

  /**
   * Whether it matches when the text ends here.
   *
   * @param isStart Whether the text is empty.
   */
  endsIn(states: ReadonlySet<number>, isStart: boolean): boolean {
    return this.#endsWell(states, isStart ? 0 : 1);
  }

  /**
   * The class of each character, by its code: characters of one class are alike
   * to the expression. The last entry stands for whatever is no byte.
   */
  classes(): readonly number[] {
    if (this.#classes !== null) return this.#classes;
    const numbers = new Map<string, number>();
    this.#classes = Array.from({ length: 257 }, (_, code) => {
      const sets = this.#states.map((state) =>
        state.kind === "chars" ? state.set[code] ?? 0 : ""
      ).join("");
      const number = numbers.get(sets) ?? numbers.size;
      numbers.set(sets, number);
      return number;
    });
    return this.#classes;
  }

  #run(
    length: number,
    codeAt: (i: number) => number,
    ended: boolean,
  ): RegexState {
    let current = new Set<number>();
    for (let i = 0;; i++) {
      if (i === 0 || !this.#anchored) this.#follow(this.#first, i, current);
      if (current.has(0)) return "match";
      if (i === length) break;
      if (current.size === 0 && this.#anchored) return "dead";
      current = this.#step(current, codeAt(i), i + 1);
    }
    if (ended) return this.#endsWell(current, length) ? "match" : "dead";
    return current.size === 0 && this.#anchored ? "dead" : "alive";
  }

  #step(current: ReadonlySet<number>, code: number, at: number): Set<number> {
    const next = new Set<number>();
    for (const index of current) {
      const state = this.#states[index]!;
      if (state.kind === "chars" && state.set[code] === 1) {
        this.#follow(state.next, at, next);
      }
    }
    return next;
  }

  /** Adds a state and all that can be reached from it without a character. */
  #follow(first: number, at: number, into: Set<number>): void {
    const waiting = [first];
    for (
      let index = waiting.pop();
      index !== undefined;
      index = waiting.pop()
    ) {
      if (into.has(index)) continue;
      const state = this.#states[index]!;
      if (state.kind === "start" && at > 0) continue;
      into.add(index);
      if (state.kind === "split") waiting.push(state.other, state.next);
      else if (state.kind === "start") waiting.push(state.next);
    }
  }

  /** Whether a `$` at the end of the text completes a match. */
  #endsWell(current: ReadonlySet<number>, at: number): boolean {
    let reached = new Set(current);
    for (let grown = true; grown;) {
      const before = reached.size;
      const next = new Set(reached);
      for (const index of reached) {
        const state = this.#states[index]!;
        if (state.kind === "end") this.#follow(state.next, at, next);
      }
      reached = next;
      grown = reached.size > before;
    }
    return reached.has(0);
  }

  /** Builds the states of a node in front of a state; returns their first. */
  #build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case "chars":
        return this.#push({ kind: "chars", set: node.set, next });
      case "start":
      case "end":
        return this.#push({ kind: node.kind, next });
      case "sequence":
        return node.parts.reduceRight(
          (after, part) => this.#build(part, after),
          next,
        );
      case "choice":
        return node.options.map((option) => this.#build(option, next))
          .reduceRight((other, first) =>
            this.#push({ kind: "split", next: first, other })
          );
      case "repeat":
        return this.#buildRepeat(node.part, node.min, node.max, next);
    }
  }

  #buildRepeat(
    part: RegexNode,
    min: number,
    max: number,
    next: number,
  ): number {
    let after = next;
    if (max === Infinity) {
      const loop = { kind: "split" as const, next: 0, other: next };
      after = this.#push(loop);
      loop.next = this.#build(part, after);
    } else {
      for (let i = min; i < max; i++) {
        const first = this.#build(part, after);
        after = this.#push({ kind: "split", next: first, other: next });
      }
    }
    for (let i = 0; i < min; i++) after = this.#build(part, after);
    return after;
  }

  #push(state: State): number {
    if (this.#states.length >= MAX_STATES) {
      throw new RangeError(
        `The expression has more than ${MAX_STATES} states: expected fewer or smaller repetitions`,
      );
    }
    return this.#states.push(state) - 1;
  }
}

/** Whether a node can match at the start only. */
function startsAnchored(node: RegexNode): boolean {
  switch (node.kind) {
    case "start":
      return true;
    case "sequence":
      return node.parts.length > 0 && startsAnchored(node.parts[0]!);
    case "choice":
      return node.options.every(startsAnchored);
    default:
      return false;
  }
}
