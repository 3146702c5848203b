/**
 * All routes of a listener.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import type { ListenerPlan, Plan, RoutePlan } from "./plan.ts";

/** A route with the rule that leads to it. */
export interface NamedRoute {
  /** `TLS/SNI example.com`, `CATCHALL/CATCHALL`, ... */
  readonly rule: string;
  readonly route: RoutePlan;
}

/** All routes of a listener with their rules, in the order of the Plan. */
export function namedRoutes(listener: ListenerPlan): NamedRoute[] {
  const routes: { rule: string; route: RoutePlan | null }[] = [];
  for (const { protocol, rules, catchall } of listener.protocols) {
    for (const { text, route } of rules) {
      routes.push({ rule: `${protocol}/${text}`, route });
    }
    routes.push({ rule: `${protocol}/CATCHALL`, route: catchall });
  }
  routes.push({ rule: "SILENT/CATCHALL", route: listener.silent });
  routes.push({ rule: "CATCHALL/CATCHALL", route: listener.catchall });
  return routes.filter((named): named is NamedRoute => named.route !== null);
}

/** All routes of a listener. */
export function routesOf(listener: ListenerPlan): RoutePlan[] {
  return namedRoutes(listener).map(({ route }) => route);
}

/** The Plan with the listeners of one transport alone. */
export function partOf(plan: Plan, transport: Transport): Plan {
  const isIn = (listener: ListenerPlan) =>
    (listener.transport ?? "tcp") === transport;
  return plan.listeners.every(isIn)
    ? plan
    : { ...plan, listeners: plan.listeners.filter(isIn) };
}

/** Whether a Plan has targets that DNS tells. */
export function needsDiscovery(
  { listeners }: Pick<Plan, "listeners">,
): boolean {
  return listeners.flatMap(routesOf).some((route) =>
    route.action === "FORWARD" && route.targets[0]!.kind === "srv"
  );
}
