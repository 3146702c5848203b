/**
 * What a router chooses for a connection.
 *
 * @module
 */
import type { ForwardPlan, RoutePlan } from "../config/plan.ts";

/** What to do with a connection, and which rule says so. */
export interface Choice {
  /** `TLS/SNI example.com`, `CATCHALL/CATCHALL`, ... */
  readonly rule: string;
  readonly route: RoutePlan;
  /**
   * There when it goes to all targets of these routes, and is joined to none;
   * the route then only lists them.
   */
  readonly all?: readonly ForwardPlan[];
}
