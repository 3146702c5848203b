/**
 * The flows of one connection: one for each address that its client had.
 *
 * @module
 */
import type { Pick } from "../upstream/upstream.ts";
import type { DatagramAddress } from "./address.ts";
import type { FlowOutcome } from "./flow_decision.ts";

/** What the flows of a connection have in common. */
export class FlowGroup {
  /** What it is, and where it goes; `null`: not known yet. */
  outcome: FlowOutcome | null = null;
  /** The target that was chosen; `null`: none yet. */
  pick: Pick | null = null;
  /** The target for people; `null`: none yet. */
  targetText: string | null = null;
  /** Where the target is; `null`: that is not known yet. */
  target: DatagramAddress | null = null;
  /** How many flows are open. */
  flows = 0;
}
