/**
 * What a dial says of its target.
 *
 * @module
 */

/** How a dial ended, and all that has to go well before forwarding. */
export type DialOutcome =
  | {
    readonly kind: "reached";
    /** What has reached it. Default: a dial. */
    readonly what?: "flow";
  }
  | {
    readonly kind: "failed";
    /** The error's code: `ECONNREFUSED`. */
    readonly code: string;
    /** The same in words. */
    readonly why: string;
    /** What has not reached it. Default: a dial. */
    readonly what?: "flow";
  }
  /** It was given up, or failed for a reason of ours: it says nothing. */
  | { readonly kind: "unknown" };
