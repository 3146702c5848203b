/**
 * The contract between the fuzzer and what it tries.
 *
 * @module
 */
import type { Input } from "./input.ts";

/** Something that is tried with random inputs. */
export interface FuzzTarget {
  /** As `--only` has it: `tcp`. */
  readonly name: string;
  /** Inputs to begin with; not empty. */
  readonly seeds: readonly Input[];
  /** What its language is made of. */
  readonly tokens: readonly Uint8Array[];
  /** Longest part, in bytes. */
  readonly maxBytes: number;
  /** Most parts of an input. */
  readonly maxParts: number;
  /** How much of the time it gets, beside the others. */
  readonly weight: number;
  /**
   * Tries an input. All that it does follows from the input alone, so that the
   * input is what there is to keep of a finding.
   *
   * @param path Hears by which way it came to its answer.
   * @throws {Violation} Or anything else: a finding.
   */
  run(input: Input, path: Path): void | Promise<void>;
  /**
   * Tries what an input is like when it is much longer; for inputs that were
   * kept.
   *
   * @throws {Violation}
   */
  stretch?(input: Input): void;
  /**
   * Compares what is not compared yet, when it is enough for a batch.
   *
   * @param all However little it is.
   * @returns What differed, and how.
   */
  flush?(all?: boolean): Promise<readonly Difference[]>;
  /** What differed and is explained, by why, with its count. */
  readonly explained?: ReadonlyMap<string, number>;
  /** Ends what it has started. */
  close?(): Promise<void>;
}

/** An answer of passthru's that is not an independent parser's. */
export interface Difference {
  readonly input: Input;
  readonly what: string;
}

/** Something that must not be. */
export class Violation extends Error {
  override readonly name = "Violation";

  /**
   * @param rule What was broken, the same for all inputs that break it so:
   * `HTTP: the verdict changes with more bytes`.
   * @param detail What was found with this one.
   */
  constructor(readonly rule: string, detail: string) {
    super(`${rule}: ${detail}`);
  }
}

/** The ways on which answers have been found. */
export class Path {
  readonly #known = new Set<number>();
  readonly #words = new Map<string, number>();
  #isNew = false;

  /** How many ways are known. */
  get size(): number {
    return this.#known.size;
  }

  /** Adds a step, made of small numbers. */
  add(...numbers: readonly number[]): void {
    let hash = 0;
    for (const number of numbers) {
      hash = Math.imul(hash ^ number, 0x01000193) + 0x9e3779b9 | 0;
    }
    if (this.#known.has(hash)) return;
    this.#known.add(hash);
    this.#isNew = true;
  }

  /** A number for a text, whose values in quotes and numbers do not count. */
  word(text: string): number {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const shape = text.replace(/"(?:[^"\\]|\\.)*"|\d[\da-fx]*/g, "_")
      .slice(0, 200);
    let word = this.#words.get(shape);
    if (word === undefined) this.#words.set(shape, word = this.#words.size + 1);
    // Texts are many; those of quoted values are not worth their memory.
    if (this.#words.size < 20_000) this.#words.set(text, word);
    return word;
  }

  /** Whether a step was new since the last question. */
  takeNew(): boolean {
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew;
  }
}

/** A number in steps: each of the first 64, then powers of two. */
export function bucket(number: number): number {
  return number < 64 ? number : 58 + Math.ceil(Math.log2(number));
}
