/**
 * A target that is compared with an independent parser in batches.
 *
 * @module
 */
import { type Input, joined } from "./input.ts";
import type { Difference, FuzzTarget, Path } from "./target.ts";

/** How a target is compared. */
export interface Comparison<Ours, Theirs> {
  readonly name: string;
  readonly seeds: readonly Input[];
  readonly tokens: readonly Uint8Array[];
  readonly weight: number;
  /** What passthru reads; `undefined`: nothing that is to be compared. */
  ours(view: Uint8Array, path: Path): Ours | undefined;
  /** What the other parser reads of each. */
  theirs(batch: readonly Uint8Array[]): Promise<readonly Theirs[]>;
  /**
   * Says how both differ: `null`: they do not; of a difference that is explained,
   * why.
   */
  compare(ours: Ours, theirs: Theirs, view: Uint8Array): Compared | null;
  close(): Promise<void>;
}

/** How two parsers differ. */
export interface Compared {
  /** Why they may; `null`: nothing explains it. */
  readonly explained: string | null;
  /** `HTTP: another host: "a", "b"`. */
  readonly what: string;
}

/** What is counted of inputs in which both read the same, or neither anything. */
export const SAME = "no difference";

/** Fewest inputs of a batch; each starts or wakes a program. */
const BATCH = 400;

/** Makes a target of a comparison. */
export function comparedTarget<Ours, Theirs>(
  { name, seeds, tokens, weight, ...comparison }: Comparison<Ours, Theirs>,
): FuzzTarget {
  const waiting: { input: Input; view: Uint8Array; ours: Ours }[] = [];
  const explained = new Map<string, number>();
  return {
    name,
    seeds,
    tokens,
    weight,
    explained,
    maxBytes: 2048,
    maxParts: 1,
    run(input, path) {
      const view = joined(input);
      const ours = comparison.ours(view, path);
      if (ours !== undefined) waiting.push({ input, view, ours });
    },
    async flush(all = false): Promise<Difference[]> {
      if (waiting.length < (all ? 1 : BATCH)) return [];
      const batch = waiting.splice(0);
      const theirs = await comparison.theirs(batch.map(({ view }) => view));
      return batch.flatMap(({ input, view, ours }, i) => {
        const compared = comparison.compare(ours, theirs[i]!, view);
        const { explained: why, what } = compared ??
          { explained: SAME, what: "" };
        if (why === null) return [{ input, what }];
        explained.set(why, (explained.get(why) ?? 0) + 1);
        return [];
      });
    },
    close: () => comparison.close(),
  };
}
