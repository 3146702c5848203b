/**
 * What a Plan names that is counted by.
 *
 * @module
 */
import type { ListenerPlan, Plan, TargetPlan } from "../config/plan.ts";
import { namedRoutes } from "../config/routes.ts";
import { targetKey, targetText } from "../config/targets.ts";
import type {
  CountedListener,
  CountedNames,
  CountedRule,
} from "../observe/counted_names.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { TargetTable } from "../upstream/target_table.ts";

/** Gives the targets that a service has now, as they were found. */
export type TargetsOfService = (key: string) => readonly string[];

/** The targets that each service has now, of what was found. */
export function foundNames(
  { services }: Pick<TargetTable, "services">,
  all: readonly FoundTargets[],
): TargetsOfService {
  const found = all.flatMap(({ service, targets }) =>
    (targets ?? []).map(({ target }) => ({
      key: targetKey(services[service]!.target),
      text: targetText(target),
    }))
  );
  return (key) =>
    found.filter((one) => one.key === key).map(({ text }) => text);
}

/**
 * The names that a Plan's connections are counted by.
 *
 * @param found Default: no service has a target.
 */
export function planNames(
  { listeners }: Pick<Plan, "listeners">,
  found: TargetsOfService = () => [],
): CountedNames {
  return { listeners: listeners.map((one) => listenerNames(one, found)) };
}

function listenerNames(
  listener: ListenerPlan,
  found: TargetsOfService,
): CountedListener {
  const protocols = listener.protocols.map(({ protocol }) => protocol);
  return {
    listener: listener.address.text,
    protocols: listener.silent === null ? protocols : [...protocols, "SILENT"],
    rules: namedRoutes(listener).map(({ rule, route }): CountedRule => {
      const targets = route.action === "FORWARD" ? route.targets : [];
      return {
        rule,
        targets: targets.flatMap((target) => targetNames(target, found)),
        named: targets[0]?.kind === "dynamic",
      };
    }),
  };
}

function targetNames(
  target: TargetPlan,
  found: TargetsOfService,
): readonly string[] {
  return target.kind === "srv"
    ? found(targetKey(target))
    : [targetText(target)];
}
