/**
 * A data plane in a worker that may reach nothing but the Plan's scopes.
 *
 * @module
 */
import { netScopes, socketScopes } from "../config/scopes.ts";
import { moduleEntry } from "../modules/module_entry.ts";
import type { PlaneMaker } from "./plane.ts";
import { VitalSigns } from "./vital_signs.ts";
import { WorkerControl } from "./worker_control.ts";
import { narrowedTo, workerNet } from "./worker_permissions.ts";

/**
 * Makes data planes in workers of their own.
 *
 * @param plain The worker's module: it calls `serveInWorker`.
 * @param withModules The same for Plans with detector modules: its default
 * export takes them and calls `serveInWorker`.
 */
export function workerPlanes(plain: URL, withModules: URL = plain): PlaneMaker {
  return (plan, memory) => {
    const url = plan.modules.length === 0
      ? plain
      : moduleEntry(withModules, plan.modules);
    const worker = new Worker(url, {
      type: "module",
      name: "passthru",
      ...narrowedTo(workerNet(netScopes(plan)), socketScopes(plan)),
    });
    const signs = new VitalSigns();
    const { process, targets, found = [], observed, counts } = memory;
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
