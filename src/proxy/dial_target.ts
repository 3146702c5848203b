/**
 * Dialling a target, whatever kind it has.
 *
 * @module
 */
import type { TargetPlan } from "../config/plan.ts";
import { errorCode } from "../errors.ts";
import { dial, type DialOptions } from "../net/dial.ts";

/** Dials a target. */
export type DialTarget = (
  target: TargetPlan,
  options: DialOptions,
) => Promise<Deno.Conn>;

/** Codes of a dial that would have failed whatever the target. */
const OURS = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "NOT_CAPABLE"]);

/**
 * Connects to a target.
 *
 * @throws What {@linkcode dial} throws.
 */
export function dialTarget(
  target: TargetPlan,
  options: DialOptions,
): Promise<Deno.Conn> {
  return dial(target.address, options);
}

/** Whether a failed dial says something about the target, and not about us. */
export function isTargetsFault(error: unknown): boolean {
  const aborted = error instanceof DOMException && error.name === "AbortError";
  return !aborted && !OURS.has(errorCode(error));
}
