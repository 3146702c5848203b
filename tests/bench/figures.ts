/** Figures: what a measure gives, and what is wanted of it. */
import type { Bench } from "./context.ts";
import type { Measured } from "./rounds.ts";

/** One figure. */
export interface Figure {
  /** Its name in the values of a round, and in JSON. */
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  /** Which is better. */
  readonly better: "more" | "less";
  readonly targets?: readonly Target[];
}

/** What is wanted of passthru. */
export interface Target {
  /**
   * Of its ratio to the best peer or to the other checkout, or of the figure
   * itself.
   */
  readonly of: "best" | "baseline" | "value";
  readonly least?: number;
  readonly most?: number;
}

/** A tool that a measure may need. */
export type Tool = "wrk" | "iperf3" | "load";

/** A measure. */
export interface Measure {
  /** What it is called on the command line. */
  readonly name: string;
  readonly title: string;
  readonly needs: readonly Tool[];
  /** Its figures; some depend on the settings. */
  figures(bench: Bench): readonly Figure[];
  run(bench: Bench): Promise<Measured>;
}

/** Whether a value is as the target wants it. */
export function meets(target: Target, value: number): boolean {
  return value >= (target.least ?? -Infinity) &&
    value <= (target.most ?? Infinity);
}

/** A target in words, such as `>= 1.5`. */
export function targetText({ least, most }: Target): string {
  return [
    ...least === undefined ? [] : [`>= ${least}`],
    ...most === undefined ? [] : [`<= ${most}`],
  ].join(", ");
}
