/**
 * What must be known of a request to answer it.
 *
 * @module
 */
import type { ProtocolPlan, RoutePlan } from "../../config/plan.ts";

/**
 * The facts that the answers of a protocol's routes need. To ask for the method
 * makes HTTP/2 wait for the request, whose stream the answer names.
 *
 * @param catchall The listener's own.
 */
export function answerNeeds(
  { rules, catchall: own }: ProtocolPlan,
  catchall: RoutePlan | null,
): readonly string[] {
  const routes = [...rules.map(({ route }) => route), own ?? catchall];
  const answers = routes.some((route) =>
    route?.action === "REJECT" && route.with?.kind === "http_status"
  );
  return answers ? ["method"] : [];
}
