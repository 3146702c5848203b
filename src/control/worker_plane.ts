/**
 * A data plane in a worker that may reach nothing but the Plan's scopes.
 *
 * @module
 */
import type { EarlyWorker } from "./early_worker.ts";
import type { PlaneMaker } from "./plane.ts";
import { VitalSigns } from "./vital_signs.ts";
import { WorkerControl } from "./worker_control.ts";
import { startWorker, workerSpec } from "./worker_start.ts";

/**
 * Makes data planes in workers of their own.
 *
 * @param module The worker's module: it calls `serveInWorker`, or its default
 * export does so with the detectors of the Plan.
 * @param early A worker that was started before, for the first data plane that it
 * fits. Default: there is none.
 */
export function workerPlanes(
  module: URL,
  early: EarlyWorker | null = null,
): PlaneMaker {
  return (plan, memory) => {
    const spec = workerSpec(module, plan);
    const worker = early?.take(spec) ?? startWorker(spec);
    const signs = new VitalSigns();
    const { process, targets, spread, found = [], observed, counts } = memory;
    const limits = process.limits.open(plan);
    const { ids, hops, room } = process;
    const control = new WorkerControl(worker, {
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
    early?.replay(worker);
    return control;
  };
}
