/**
 * Letting flows in, as far as limits allow.
 *
 * @module
 */
import { Flow } from "./flow.ts";
import type { FlowContext } from "./flow_context.ts";
import { FlowGroup } from "./flow_group.ts";
import type { FlowService } from "./flow_service.ts";

/** What is known of a flow before it is let in. */
export interface FlowPlace {
  readonly key: string;
  readonly group: FlowGroup;
}

/** What a flow is let into. */
export interface FlowHost {
  readonly context: FlowContext;
  readonly flows: FlowService;
}

/** Lets a flow in. @returns `null`: a limit keeps it out. */
export function admitFlow(
  from: Deno.NetAddr,
  options: FlowPlace,
  { context, flows }: FlowHost,
): Flow | null {
  const { shared: { observer, enter, onReport, deadlines } } = context;
  const flow = new Flow(from, context, options);
  let limit = flow.admission.admit(flow.ip);
  const victim = limit === null || !limit.startsWith("max_connections ")
    ? null
    : flows.table.leastSure;
  if (victim !== null) {
    flow.admission.leave();
    flows.end(victim, { reason: "limit", error: "made room for a new flow" });
    limit = flow.admission.admit(flow.ip);
  }
  if (limit !== null) {
    flow.admission.leave();
    const report = flow.report({ reason: "limit", error: limit });
    observer.closed?.(report, null);
    onReport(report);
    return null;
  }
  options.group.flows++;
  flow.lastTick = deadlines.tick;
  flows.table.add(flow);
  flow.place = enter(flow);
  observer.opened?.(context.plan.address.text, flow);
  return flow;
}

/** A datagram of our own has come back. */
export function reportLoop(from: Deno.NetAddr, context: FlowContext): null {
  const { shared: { observer, onReport } } = context;
  const options = { key: "", group: new FlowGroup() };
  const report = new Flow(from, context, options).report({
    reason: "loop",
    error: "it was sent by passthru itself",
  });
  observer.closed?.(report, null);
  onReport(report);
  return null;
}
