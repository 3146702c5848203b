/**
 * The worker of a Plan with detector modules: as `worker.ts`, with their
 * detectors beside the built-in ones.
 *
 * @module
 */
import { serveInWorker } from "./control/worker_side.ts";
import { BUILTINS } from "./detect/builtins.ts";
import { guardedDetector } from "./detect/guarded.ts";
import { Registry } from "./detect/registry.ts";
import type { LoadedModule } from "./modules/module_entry.ts";

/** Starts the worker. */
export default function start(modules: readonly LoadedModule[]): void {
  serveInWorker(
    new Registry([
      ...BUILTINS,
      ...modules.map(({ name, exported }) => guardedDetector(name, exported)),
    ]),
  );
}
