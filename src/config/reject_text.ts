/**
 * A REJECT in words.
 *
 * @module
 */
import type { RejectPlan, RejectWith } from "./plan.ts";

/** `REJECT`, `REJECT tls_alert`, `REJECT http_status 421`, ... */
export function rejectText(route: RejectPlan): string {
  return route.with === undefined
    ? route.action
    : `${route.action} ${withText(route.with)}`;
}

/** How a REJECT refuses: `tls_alert`, `http_status 421`, ... */
export function withText(how: RejectWith): string {
  return how.kind === "http_status" ? `${how.kind} ${how.status}` : how.kind;
}
