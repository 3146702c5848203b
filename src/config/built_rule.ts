/**
 * The rules of a config with their places, beside the Plan that has none.
 *
 * @module
 */
import type { Condition } from "../rule/condition.ts";
import type { JsonNode } from "./json_tree.ts";
import type { RoutePlan } from "./plan.ts";

/** A rule that was read without an error. */
export interface BuiltRule {
  /** The server, as written in `servers`. */
  readonly server: string;
  /** The protocol: a detector's name, or `CATCHALL` or `SILENT`. */
  readonly protocol: string;
  /** Whether the protocol has conditions on hosts. */
  readonly hasHosts: boolean;
  /** The key of the rule. */
  readonly key: JsonNode;
  /** Its action. */
  readonly action: JsonNode;
  /** Empty for `CATCHALL`. */
  readonly conditions: readonly Condition[];
  readonly route: RoutePlan;
}
