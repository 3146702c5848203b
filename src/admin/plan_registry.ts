/**
 * The detectors that a Plan was made with, for asking them again.
 *
 * @module
 */
import type { ModulePlan, Plan } from "../config/plan.ts";
import { withDeclared } from "../detect/declared.ts";
import type { DatagramDetector, Detector } from "../detect/detector.ts";
import { Registry } from "../detect/registry.ts";
import { moduleDigest } from "../modules/module_digest.ts";
import { openSandbox, type Sandbox } from "../modules/sandbox.ts";

/** Detectors, until they are disposed. */
export interface PlanRegistry extends Disposable {
  readonly registry: Registry;
}

/**
 * Opens the detectors of a Plan. Those of modules run in sandboxes, as for
 * `explain`: this thread may do more than a module should.
 *
 * @param builtins Those that passthru has.
 * @throws {Error} When a module cannot be loaded, or is another one by now.
 */
export async function openPlanRegistry(
  plan: Pick<Plan, "detectors" | "modules">,
  builtins: readonly (Detector | DatagramDetector)[],
): Promise<PlanRegistry> {
  using opening = new DisposableStack();
  const opened = await Promise.allSettled(plan.modules.map(async (module) => {
    const sandbox = await openModule(module);
    opening.defer(() => sandbox.close());
    return sandbox.detector;
  }));
  const detectors = opened.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  const registry = new Registry([...builtins, ...detectors]);
  const all = withDeclared(registry, plan.detectors);
  const sandboxes = opening.move();
  return {
    registry: all,
    [Symbol.dispose]: () => sandboxes.dispose(),
  };
}

async function openModule(module: ModulePlan): Promise<Sandbox> {
  const { name, url, digest } = module;
  if (await moduleDigest(new URL(url)) !== digest) {
    throw new Error(`the module of detector "${name}" has changed since`);
  }
  return await openSandbox(module);
}
