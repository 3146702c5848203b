/**
 * The flows of one connection: one for each address that its client had.
 *
 * @module
 */
import type { Pick } from "../upstream/upstream.ts";
import type { DatagramAddress } from "./address.ts";
import type { FlowOutcome } from "./flow_decision.ts";

/** When a target last sent anything to anybody. */
export interface LastAnswer {
  /** A tick of the deadlines; -1: it has not. */
  tick: number;
}

/** What the flows of a connection have in common. */
export class FlowGroup {
  /** What it is, and where it goes; `null`: not known yet. */
  outcome: FlowOutcome | null = null;
  /** The target that was chosen; `null`: none yet. */
  pick: Pick | null = null;
  /** What it was chosen from: that of the Plan then, also after a reload. */
  targets: { count(pick: Pick, change: 1 | -1): void } | null = null;
  /** The target for people; `null`: none yet. */
  targetText: string | null = null;
  /** Where the target is; `null`: that is not known yet. */
  target: DatagramAddress | null = null;
  /**
   * Whether its target answers; `null`: that is of no interest.
   * See `AnswerWatch`.
   */
  watch: {
    heard(tick: number): void;
    over(isLate: boolean): void;
  } | null = null;
  /** How many flows are open. */
  flows = 0;
}
