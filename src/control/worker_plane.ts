/**
 * A data plane in a worker that may reach nothing but the Plan's scopes.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { netScopes, socketScopes } from "../config/scopes.ts";
import { builtinModule } from "../detect/builtin_modules.ts";
import { type DetectorModule, moduleEntry } from "../modules/module_entry.ts";
import type { PlaneMaker } from "./plane.ts";
import { VitalSigns } from "./vital_signs.ts";
import { WorkerControl } from "./worker_control.ts";
import { narrowedTo, workerNet } from "./worker_permissions.ts";

/**
 * Makes data planes in workers of their own.
 *
 * @param module The worker's module: it calls `serveInWorker`, or its default
 * export does so with the detectors of the Plan.
 */
export function workerPlanes(module: URL): PlaneMaker {
  return (plan, memory) => {
    const { modules } = plan;
    const entry = moduleEntry(module, modules, { builtins: builtinsOf(plan) });
    const worker = new Worker(entry, {
      type: "module",
      name: "passthru",
      ...narrowedTo(workerNet(netScopes(plan)), socketScopes(plan)),
    });
    const signs = new VitalSigns();
    const { process, targets, spread, found = [], observed, counts } = memory;
    const limits = process.limits.open(plan);
    const { ids, hops, room } = process;
    return new WorkerControl(worker, {
      serve: {
        kind: "serve",
        plan,
        ids,
        targets,
        hops,
        signs: signs.memory,
        lock: `passthru worker ${crypto.randomUUID()}`,
        limits,
        room,
        ...(spread && { spread }),
        found,
        observing: observed?.by,
        counting: counts !== undefined,
      },
      observed,
      ...(counts && { counts }),
      signs,
      onGone: () => process.limits.reclaim(limits),
    });
  };
}

/** The modules of the built-in detectors that a Plan names. */
function builtinsOf({ listeners, detectors, modules }: Plan): DetectorModule[] {
  const own = new Set([...detectors, ...modules].map(({ name }) => name));
  const names = listeners.flatMap(({ protocols }) =>
    protocols.map(({ protocol }) => protocol)
  );
  return [...new Set(names)].flatMap((name) => {
    const url = own.has(name) ? null : builtinModule(name);
    return url === null ? [] : [{ name, url: url.href }];
  });
}
