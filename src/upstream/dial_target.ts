/**
 * Dialling a target, whatever kind it has.
 *
 * @module
 */
import type { TargetPlan } from "../config/plan.ts";
import type { DynamicTargetPlace } from "../config/target_places.ts";
import type { Facts } from "../detect/detector.ts";
import { errorCode } from "../errors.ts";
import { dial, type DialOptions, dialUnix } from "../net/dial.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import { checkPublic, nameOf } from "./named_target.ts";

/** Dials a target. */
export type DialTarget = (
  target: TargetPlan,
  options: DialTargetOptions,
) => Promise<Deno.Conn>;

/** Options of {@linkcode DialTarget}. */
export interface DialTargetOptions extends DialOptions {
  /** What the client said, which may name the target. Default: nothing. */
  readonly facts?: Facts;
}

/** Codes of a dial that would have failed whatever the target. */
const OURS = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "NOT_CAPABLE"]);

/**
 * Connects to a target.
 *
 * @throws What {@linkcode dial} and {@linkcode dialUnix} throw, and what keeps
 * the target that a client named from being dialled.
 */
export function dialTarget(
  target: TargetPlan,
  options: DialTargetOptions,
): Promise<Deno.Conn> {
  switch (target.kind) {
    case "address":
      return dial(target.address, options);
    case "unix":
      return dialUnix(target.path, options);
    case "dynamic":
      return dialNamed(target, options);
    case "srv":
      return Promise.reject(
        new TypeError("A service cannot be dialled before DNS is asked"),
      );
  }
}

async function dialNamed(
  target: DynamicTargetPlace,
  options: DialTargetOptions,
): Promise<Deno.Conn> {
  const hostname = nameOf(target, options.facts ?? {});
  const conn = await dial({ hostname, port: target.port }, options);
  try {
    checkPublic(target, conn);
    return conn;
  } catch (error) {
    closeQuietly(conn);
    throw error;
  }
}

/** Whether a failed dial says something about the target, and not about us. */
export function isTargetsFault(error: unknown): boolean {
  const aborted = error instanceof DOMException && error.name === "AbortError";
  return !aborted && !OURS.has(errorCode(error));
}
