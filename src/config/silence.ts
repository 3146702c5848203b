/**
 * How long clients may send nothing.
 *
 * @module
 */
import type { ListenerPlan } from "./plan.ts";

/**
 * How long a client may be silent where nothing else is said, in milliseconds.
 *
 * The first bytes of a client that speaks are late when their segment is lost:
 * they are sent again after a fifth of a second (Linux) to one second (RFC 6298
 * section 2.4), and when that is lost as well, not before 3 seconds are over. So
 * this is between the two. Measured over a path that loses 3 % with a round trip
 * of 100 ms: later than 1 s come 0.1 to 2.5 % of the first bytes, later than 2 s
 * 0.05 to 0.25 %, later than 3 s still up to 0.2 %.
 */
export const SILENT_AFTER_MS = 2_000;

type Routes = Pick<ListenerPlan, "silent" | "catchall">;

/** What {@linkcode silentAfterOf} goes by. */
export interface SilenceOptions {
  /** What the config says, in milliseconds; `undefined`: nothing. */
  readonly given: number | undefined;
  /** Whether the config is of a version that knows no silence of its own. */
  readonly legacy: boolean;
}

/**
 * How long clients of a listener may be silent, in milliseconds; `null`: as long
 * as they may take to be identified. That is so in a v0.2.0 config, and where
 * silence leads to no target: to wait longer then costs nobody anything.
 */
export function silentAfterOf(
  { silent, catchall }: Routes,
  { given, legacy }: SilenceOptions,
): number | null {
  if (given !== undefined) return given;
  const isForwarded = (silent ?? catchall)?.action === "FORWARD";
  return legacy || !isForwarded ? null : SILENT_AFTER_MS;
}
