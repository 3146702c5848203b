/**
 * One target's inputs: those worth keeping, what comes of changing them, and
 * what was found.
 *
 * @module
 */
import { type Input, inputText, sizeOf } from "./input.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { type FuzzTarget, Path, Violation } from "./target.ts";

/** An input that showed what must not be. */
export interface Finding {
  readonly target: string;
  /** What was broken; findings of one rule are one. */
  readonly rule: string;
  readonly detail: string;
  readonly input: Input;
}

/** Options of {@linkcode Fuzzer}. */
export interface FuzzerOptions {
  readonly seed: number;
  /** How much of the time goes to inputs that are much longer, 0 to 1. */
  readonly stretchShare: number;
}

/** Most inputs that are kept; the paths are few enough. */
const MAX_KEPT = 20_000;
/** What a part takes beside its bytes: two objects of the runtime. */
const PART_BYTES = 250;
/** Of the inputs that are changed, so many are among the newest. */
const NEWEST = 64;

/** Tries one target. */
export class Fuzzer {
  readonly target: FuzzTarget;
  readonly findings = new Map<string, Finding>();
  readonly #random: Random;
  readonly #stretchShare: number;
  readonly #path = new Path();
  readonly #kept: Input[] = [];
  #keptBytes = 0;
  #tried = 0;
  #milliseconds = 0;
  #nextSeed = 0;
  /** The kept inputs before it have been stretched. */
  #nextStretched = 0;
  #stretchMilliseconds = 0;

  /** @param seed The same gives the same inputs. */
  constructor(target: FuzzTarget, { seed, stretchShare }: FuzzerOptions) {
    this.target = target;
    this.#random = new Random(seed);
    this.#stretchShare = stretchShare;
  }

  /** What has been done so far, in one line. */
  get summary(): string {
    const seconds = this.#milliseconds / 1_000;
    return `${this.target.name}: ${this.#tried} inputs, ${
      Math.round(this.#tried / Math.max(seconds, 0.001))
    } a second, ${this.#kept.length} kept of ${this.#path.size} paths, ` +
      `${this.findings.size} findings`;
  }

  /** Memory that the kept inputs take, in bytes, as good as it is known. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** How many inputs were tried. */
  get tried(): number {
    return this.#tried;
  }

  /** Whether all seeds have been tried. */
  get isSeeded(): boolean {
    return this.#nextSeed >= this.target.seeds.length;
  }

  /** Tries so many inputs. */
  async run(count: number): Promise<void> {
    const began = performance.now();
    for (let left = count; left > 0; left--) {
      const input = this.#next();
      const tried = this.#try(input);
      if (tried !== undefined) await tried;
    }
    this.#stretch(began);
    for (const { input, what } of await this.target.flush?.() ?? []) {
      const rule = /^[^:]*: [^:]*/.exec(what)?.[0] ?? what;
      this.#add(input, new Violation(rule, what.slice(rule.length + 2)));
    }
    this.#milliseconds += performance.now() - began;
  }

  #next(): Input {
    const { seeds, tokens, maxBytes, maxParts } = this.target;
    if (this.#nextSeed < seeds.length) {
      return seeds[this.#nextSeed++]!.slice(0, maxParts)
        .map((part) => part.subarray(0, maxBytes));
    }
    const others = this.#kept.length > 0 ? this.#kept : seeds;
    const random = this.#random;
    const at = random.oneIn(3)
      ? others.length - random.small(Math.min(NEWEST, others.length - 1))
      : random.below(others.length);
    const input = others[Math.max(0, at)]!;
    return mutate(input, { random, others, tokens, maxBytes, maxParts });
  }

  #try(input: Input): void | Promise<void> {
    this.#tried++;
    try {
      const running = this.target.run(input, this.#path);
      if (running === undefined) return this.#finish(input);
      return running.then(
        () => this.#finish(input),
        (error) => this.#found(input, error),
      );
    } catch (error) {
      return this.#found(input, error);
    }
  }

  /** Keeps an input that was on a new way. */
  #finish(input: Input): void {
    if (!this.#path.takeNew() || this.#kept.length >= MAX_KEPT) return;
    this.#kept.push(input.map((part) => part.slice()));
    this.#keptBytes += sizeOf(input) + input.length * PART_BYTES;
  }

  /** Stretches inputs, for a part of the time since then. */
  #stretch(since: number): void {
    const began = performance.now();
    this.#stretchMilliseconds -= (began - since) * this.#stretchShare;
    while (
      this.#stretchMilliseconds < 0 && this.#nextStretched < this.#kept.length
    ) {
      const input = this.#kept[this.#nextStretched++]!;
      const from = performance.now();
      try {
        this.target.stretch?.(input);
      } catch (error) {
        this.#add(input, error);
      }
      this.#stretchMilliseconds += performance.now() - from;
    }
  }

  async #found(input: Input, error: unknown): Promise<void> {
    this.#path.takeNew();
    const rule = ruleOf(error);
    const known = this.findings.get(rule);
    if (known !== undefined && sizeOf(known.input) <= sizeOf(input)) return;
    const breaks = async (smaller: Input) => {
      try {
        await this.target.run(smaller, new Path());
        return false;
      } catch (other) {
        return ruleOf(other) === rule;
      }
    };
    const smallest = await minimise(input, breaks);
    this.#add(smallest, error);
  }

  #add(input: Input, error: unknown): void {
    const rule = ruleOf(error);
    const known = this.findings.get(rule);
    if (known !== undefined && sizeOf(known.input) <= sizeOf(input)) return;
    const detail = error instanceof Error
      ? error.stack ?? error.message
      : String(error);
    const target = this.target.name;
    this.findings.set(rule, { target, rule, detail, input });
  }
}

/** A finding as people read it, with what shows it again. */
export function findingText({ target, rule, detail, input }: Finding): string {
  return `${rule}\n${detail}\n` +
    `Again: deno task fuzz --only ${target} --input ${inputText(input)}`;
}

/** What was broken: of an error that is not ours, its kind and its place. */
function ruleOf(error: unknown): string {
  if (error instanceof Violation) return error.rule;
  if (!(error instanceof Error)) return String(error);
  const place = /(?:src|npm)\/.*?:\d+/.exec(error.stack ?? "")?.[0] ?? "";
  return `${error.name} at ${place}`;
}
